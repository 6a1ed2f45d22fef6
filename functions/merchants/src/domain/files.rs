//! Which files a shop names: what lies in the bucket and is not named is deleted.
//!
//! Invariant: a file that a version names and the next one does not is told of by the next one, and the
//! room deletes what it is told of. So no change of a shop has to think of the bucket.

use std::collections::BTreeSet;

use facts::merchants::FilesDropped;
use facts::{Fact, Unsent};
use ids::{DocumentId, MediaId};

use super::{FileState, Shop};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ShopFile {
    Document(DocumentId),
    Logo(MediaId),
}

impl Shop {
    /// The files that are there or may come. What was refused is not kept.
    pub fn files(&self) -> BTreeSet<ShopFile> {
        let papers = self.documents.iter().map(|paper| (ShopFile::Document(paper.id), paper.state));
        let logos = self.logo.iter().chain(&self.next_logo);
        let all = papers.chain(logos.map(|logo| (ShopFile::Logo(logo.media), logo.state)));
        all.filter(|(_, state)| *state != FileState::Refused).map(|(file, _)| file).collect()
    }

    /// What is told of the files that the version before named and this one does not.
    pub fn says_dropped(&self, before: &Shop) -> Option<Unsent> {
        let named = self.files();
        let mut dropped = FilesDropped { merchant: self.id, documents: Vec::new(), logos: Vec::new() };
        for file in before.files().difference(&named) {
            match *file {
                ShopFile::Document(document) => dropped.documents.push(document),
                ShopFile::Logo(media) => dropped.logos.push(media),
            }
        }
        let some = !(dropped.documents.is_empty() && dropped.logos.is_empty());
        some.then(|| Fact::of(&dropped))
    }
}
