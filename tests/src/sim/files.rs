//! Merchants who bring files of goods, and what must have become of every row.
//!
//! A file has good rows, bad ones, and rows that speak of something twice; the next file says some
//! of it again. The file is put into the bucket as a browser would put it, now and then twice; the
//! notice goes through the queue, and whoever reads the file dies in the middle of it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use facts::catalog::VariantCreated;
use facts::{Fact, Spoken};
use ids::MerchantId;
use serde_json::{Value, json};

use super::judge::Broken;
use super::people::{Actor, Shop};
use super::world::World;

const HEADER: &str = "external_id,kind,title,price,currency,publish\n";

/// A file that somebody has brought.
#[derive(Clone, Debug)]
pub struct File {
    /// Whose goods they are.
    pub shop: Rc<Shop>,
    /// The import that waits for it.
    pub import: String,
    /// What each row should come to, by the number that a person gives it.
    pub rows: BTreeMap<u64, Expected>,
}

/// What a row should come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The product of this name is there, new or as it was or with other words.
    There {
        /// What the merchant calls it.
        name: String,
        /// Whether it goes onto the shelves: then it is refused while the shop may not sell.
        published: bool,
    },
    /// It is refused for this.
    Refused(&'static str),
}

impl Actor {
    /// Some files, each brought when there is a place for it.
    pub async fn bring_files(self, shop: Rc<Shop>, files: usize) {
        for n in 0..files {
            self.rest().await;
            let (text, rows) = self.write_file(n);
            let words = json!({ "format": "csv", "bytes": text.len(), "sha256": testkit::sha256(&text) });
            let key = format!("{}-file-{n}", self.name);
            let Some(asked) = self.insist(&shop, "catalog/imports", &key, &words).await else { continue };
            let asked = asked.json();
            let (Some(import), Some(url)) = (asked["import"]["id"].as_str(), asked["upload"]["url"].as_str())
            else {
                self.broken("IMP-1", format!("{key} was answered {asked}"));
                continue;
            };
            let file = File { shop: shop.clone(), import: import.to_owned(), rows };
            self.diary.borrow_mut().files.push(file);
            let times = if self.world.chance.permille(250) { 2 } else { 1 };
            for _ in 0..times {
                self.rest().await;
                self.world.trail.say(format_args!("{}: {import} is put into the bucket", self.name));
                self.world.put(url, text.clone()).await;
            }
        }
    }

    /// Rows of which about every fifth is wrong. Some are about what other files speak of as well; what
    /// stands in a file twice stands in no other, because which of three rows came second would depend
    /// on who reads faster.
    fn write_file(&self, file: usize) -> (String, BTreeMap<u64, Expected>) {
        let chance = &self.world.chance;
        let (mut text, mut rows, mut known) = (HEADER.to_owned(), BTreeMap::new(), BTreeSet::new());
        for number in 2..4 + u64::try_from(chance.below(5)).unwrap_or(0) {
            let shared = format!("{}-e{}", self.name, chance.below(6));
            let only_here = chance.permille(500) || known.contains(&shared);
            let name = match only_here {
                true => format!("{}-f{file}-{}", self.name, chance.below(4)),
                false => shared,
            };
            let price = *chance.pick(&["12.50", "13.00"]);
            let (line, expected) = match chance.below(12) {
                0 => (format!("{name},thing,A bad kind,1.00,EUR,"), Expected::Refused("invalid_value")),
                1 => (format!(",physical,Without a name,{price},EUR,"), Expected::Refused("missing_value")),
                2 => {
                    let line = format!("{}-debt{file}-{number},physical,Debt,-1.00,EUR,", self.name);
                    (line, Expected::Refused("amount_out_of_range"))
                }
                n => {
                    let publish = if n % 2 == 0 { "yes" } else { "" };
                    let line = format!("{name},physical,Mug {name},{price},EUR,{publish}");
                    let expected = match known.insert(name.clone()) {
                        true => Expected::There { name, published: n % 2 == 0 },
                        false => Expected::Refused("external_id_twice"),
                    };
                    (line, expected)
                }
            };
            text.push_str(&line);
            text.push('\n');
            rows.insert(number, expected);
        }
        (text, rows)
    }
}

/// What a merchant sees of an import when nothing is under way any more.
struct Seen {
    import: Value,
    outcome: Vec<Value>,
}

/// What the rows about one name have told.
#[derive(Default)]
struct Told {
    products: BTreeSet<String>,
    created: usize,
}

/// IMP-1, for every file that was brought.
pub async fn judge(world: &World, files: &[File], facts: &BTreeMap<String, Fact>) -> Vec<Broken> {
    let mut broken = Vec::new();
    let mut told: BTreeMap<(MerchantId, String), Told> = BTreeMap::new();
    for file in files {
        let seen = see(world, file).await;
        let mut wrong = |what: String| broken.push(Broken::of("IMP-1", format!("{}: {what}", file.import)));
        let Seen { import, outcome } = match seen {
            Ok(seen) => seen,
            Err(why) => {
                wrong(why);
                continue;
            }
        };
        let numbers: Vec<_> = outcome.iter().filter_map(|line| line["row"].as_u64()).collect();
        if !numbers.iter().eq(file.rows.keys()) {
            wrong(format!("the outcome tells of the rows {numbers:?}, the file has {:?}", file.rows.keys()));
        }
        for how in ["refused", "created", "updated", "unchanged"] {
            let lines = outcome.iter().filter(|line| line["outcome"] == how).count();
            if import["counts"][how] != lines {
                wrong(format!("counts {} of {how}, and tells of {lines}", import["counts"][how]));
            }
        }
        if import["rows"] != file.rows.len() {
            wrong(format!("has {} rows, and should have {}", import["rows"], file.rows.len()));
        }
        for line in &outcome {
            match line["row"].as_u64().and_then(|row| file.rows.get(&row)) {
                Some(Expected::There { name, published }) => {
                    let about = told.entry((file.shop.merchant, name.clone())).or_default();
                    about.products.extend(line["product"].as_str().map(str::to_owned));
                    about.created += usize::from(line["outcome"] == "created");
                    let halted = *published && line["code"] == "shop_not_open";
                    if !halted && (line["outcome"] == "refused" || line["product"].is_null()) {
                        wrong(format!("{name} should be there, and it tells {line}"));
                    }
                }
                Some(Expected::Refused(code)) if line["code"] != *code => {
                    wrong(format!("should be refused with {code}, and it tells {line}"));
                }
                _ => {}
            }
        }
    }
    for ((_, name), Told { products, created }) in told {
        let said = facts.values();
        let said = said.filter(|fact| fact.name == VariantCreated::NAME && fact.data["sku"] == *name);
        let said: BTreeSet<_> = said.filter_map(|fact| fact.data["product"].as_str()).collect();
        if created != products.len() || created > 1 || !said.iter().eq(products.iter()) {
            let text = format!("{name} was new {created} times, is told of as {products:?}, and is {said:?}");
            broken.push(Broken::of("IMP-1", text));
        }
    }
    broken
}

/// Reads an import and its outcome through the API, as its merchant does.
async fn see(world: &World, file: &File) -> Result<Seen, String> {
    let import = look(world, file, "").await?;
    if import["state"] != "finished" {
        return Err(format!("is not finished: {import}"));
    }
    let link = look(world, file, "/outcome").await?;
    let text = world.fetch(link["url"].as_str().unwrap_or_default()).await;
    let lines = text.lines().map(serde_json::from_str).collect::<Result<_, _>>();
    Ok(Seen { import, outcome: lines.map_err(|e| format!("the outcome is no NDJSON: {e}"))? })
}

async fn look(world: &World, file: &File, what: &str) -> Result<Value, String> {
    let path = format!("/catalog/merchants/{}/imports/{}{what}", file.shop.merchant, file.import);
    let answer = world.look("catalog", &path, &file.shop.token(world)).await;
    match answer.status.is_success() {
        true => Ok(answer.json()),
        false => Err(format!("{path} is answered {} {}", answer.status, answer.json())),
    }
}
