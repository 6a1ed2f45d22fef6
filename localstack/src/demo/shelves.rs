//! The categories of the demo, named in three languages.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::SeedError;
use super::desk::Desk;
use super::item::LOCALES;
use crate::Market;
use crate::people::Part;

/// Slug, the slug of its parent, and its names.
const CATEGORIES: [(&str, &str, [&str; 3]); 16] = [
    ("home", "", ["Home", "Дом", "المنزل"]),
    ("kitchen", "home", ["Kitchen", "Кухня", "المطبخ"]),
    ("textiles", "home", ["Textiles", "Текстиль", "المنسوجات"]),
    ("decor", "home", ["Light and decor", "Свет и декор", "الإضاءة والديكور"]),
    ("everyday", "", ["Every day", "На каждый день", "لكل يوم"]),
    ("paper", "everyday", ["Paper", "Бумага", "الورق"]),
    ("bags", "everyday", ["Bags", "Сумки", "الحقائب"]),
    ("books", "everyday", ["Books", "Книги", "الكتب"]),
    ("clothes", "everyday", ["Clothes", "Одежда", "الملابس"]),
    ("workshop", "", ["Workshop", "Мастерская", "الورشة"]),
    ("parts", "workshop", ["Printed parts", "Печатные детали", "قطع مطبوعة"]),
    ("figures", "workshop", ["Figures and games", "Фигуры и игры", "تماثيل وألعاب"]),
    ("time", "", ["Time together", "Время вместе", "وقت معاً"]),
    ("courses", "time", ["Courses", "Курсы", "الدورات"]),
    ("services", "time", ["Services", "Услуги", "الخدمات"]),
    ("gifts", "time", ["Gifts", "Подарки", "الهدايا"]),
];

/// The ids of the categories by slug.
pub type Shelves = BTreeMap<String, String>;

/// Makes the missing categories.
pub async fn put_up(market: &Market) -> Result<Shelves, SeedError> {
    let admin = Desk::of(market, Part::Admin, None);
    let mut shelves = by_slug(&admin, LOCALES[0]).await?;
    let others = [by_slug(&admin, LOCALES[1]).await?, by_slug(&admin, LOCALES[2]).await?];
    for (slug, parent, names) in CATEGORIES {
        if !shelves.contains_key(slug) {
            let parent = shelves.get(parent);
            let words = json!({ "parent": parent, "locale": LOCALES[0], "title": names[0], "slug": slug });
            let category = admin.once("/catalog/categories", &format!("category-{slug}"), &words).await?;
            shelves.insert(slug.to_owned(), id(&category));
        }
        for (n, locale) in [(1, LOCALES[1]), (2, LOCALES[2])] {
            let own = format!("{slug}-{locale}");
            if !others[n - 1].contains_key(&own) {
                let words = json!({ "locale": locale, "title": names[n], "slug": own });
                admin.post(&format!("/catalog/categories/{}/rename", shelves[slug]), &words).await?;
            }
        }
    }
    Ok(shelves)
}

async fn by_slug(desk: &Desk<'_>, locale: &str) -> Result<Shelves, SeedError> {
    let tree = desk.get(&format!("/catalog/categories?locale={locale}")).await?;
    let categories = tree["categories"].as_array().into_iter().flatten();
    Ok(categories
        .map(|category| (category["slug"].as_str().unwrap_or_default().to_owned(), id(category)))
        .collect())
}

fn id(category: &Value) -> String {
    category["id"].as_str().unwrap_or_default().to_owned()
}
