//! The papers by which a shop shows who it is.

use ids::DocumentId;
use jiff::Timestamp;

use super::{Action, Decided, Document, DocumentKind, FileState, FileType, Refusal, Shop};

/// The people of the market read each of them.
const MOST_DOCUMENTS: usize = 20;

impl Shop {
    pub fn expect_document(
        &mut self,
        id: DocumentId,
        kind: DocumentKind,
        file: FileType,
        bytes: u64,
        now: Timestamp,
    ) -> Decided {
        self.step(Action::ShowPaper, now)?;
        if !file.is_paper() {
            return Err(Refusal::FileTypeNotTaken);
        }
        if self.documents.len() >= MOST_DOCUMENTS {
            return Err(Refusal::TooManyDocuments { most: MOST_DOCUMENTS });
        }
        self.documents.push(Document { id, kind, file, bytes, state: FileState::Awaited, asked_at: now });
        Ok(Vec::new())
    }

    /// A paper has come; `found` is the content type that its bytes say. It may come while the shop is
    /// being read: then it is looked at too.
    pub fn receive_document(&mut self, id: DocumentId, found: Option<&str>, bytes: u64) -> Decided {
        let document = self.documents.iter_mut().find(|document| document.id == id);
        let awaited = document.filter(|document| document.state == FileState::Awaited);
        let document = awaited.ok_or(Refusal::NoSuchDocument)?;
        let sound = found == Some(document.file.as_str()) && bytes == document.bytes;
        document.state = if sound { FileState::Received } else { FileState::Refused };
        Ok(Vec::new())
    }

    /// Takes a paper back. One that was received stays when the market may have decided on it; one that
    /// never came, or was something else, is only in the way.
    pub fn remove_document(&mut self, id: DocumentId, now: Timestamp) -> Decided {
        let document = self.documents.iter().find(|document| document.id == id);
        let action = match document.ok_or(Refusal::NoSuchDocument)?.state {
            FileState::Received => Action::TakePaperBack,
            FileState::Awaited | FileState::Refused => Action::ShowPaper,
        };
        self.step(action, now)?;
        self.documents.retain(|document| document.id != id);
        Ok(Vec::new())
    }

    pub fn received_document(&self, id: DocumentId) -> Result<&Document, Refusal> {
        let document =
            self.documents.iter().find(|document| document.id == id).ok_or(Refusal::NoSuchDocument)?;
        match document.state {
            FileState::Received => Ok(document),
            FileState::Awaited | FileState::Refused => Err(Refusal::DocumentNotReceived),
        }
    }
}
