//! Two hundred products: twenty things in ten collections, in three languages and three currencies.
//!
//! A product and a collection make a title without grammar between them, so that all two hundred read
//! naturally in each language.

use super::item::{Item, Line, Stock, Words};
use crate::people::SHOPS;

/// A product that exists in every collection.
struct Thing {
    slug: &'static str,
    names: [&'static str; 3],
    said: [&'static str; 3],
    category: &'static str,
    kind: &'static str,
    grams: Option<u32>,
    /// In cents of a dollar.
    cents: i64,
    sizes: bool,
}

/// The products; the first ten belong to one shop, the others to the other.
const THINGS: [Thing; 20] = [
    thing(
        "mug",
        ["Mug", "Кружка", "كوب"],
        ["Holds tea warm for half an hour.", "Держит чай тёплым полчаса.", "يحفظ الشاي دافئاً لنصف ساعة."],
        "kitchen",
        320,
        1450,
    )
    .sized(),
    thing(
        "bowl",
        ["Bowl", "Миска", "وعاء"],
        ["Deep enough for soup.", "Достаточно глубокая для супа.", "عميق بما يكفي للحساء."],
        "kitchen",
        480,
        1800,
    ),
    thing(
        "plate",
        ["Plate", "Тарелка", "طبق"],
        ["Glazed by hand.", "Глазурь нанесена вручную.", "مزجّج يدوياً."],
        "kitchen",
        550,
        1600,
    ),
    thing(
        "teapot",
        ["Teapot", "Чайник", "إبريق شاي"],
        ["For four cups.", "На четыре чашки.", "لأربعة أكواب."],
        "kitchen",
        900,
        4200,
    ),
    thing(
        "blanket",
        ["Blanket", "Плед", "بطانية"],
        ["Woven from wool.", "Соткан из шерсти.", "منسوجة من الصوف."],
        "textiles",
        1400,
        6900,
    )
    .sized(),
    thing(
        "cushion",
        ["Cushion", "Подушка", "وسادة"],
        ["With a cover that can be washed.", "Чехол можно стирать.", "بغطاء قابل للغسل."],
        "textiles",
        600,
        2900,
    ),
    thing(
        "lamp",
        ["Lamp", "Лампа", "مصباح"],
        ["Warm light, dimmable.", "Тёплый свет, яркость меняется.", "ضوء دافئ قابل للخفت."],
        "decor",
        1200,
        7400,
    ),
    thing(
        "notebook",
        ["Notebook", "Блокнот", "دفتر"],
        ["One hundred pages, dotted.", "Сто страниц в точку.", "مئة صفحة منقّطة."],
        "paper",
        260,
        950,
    )
    .sized(),
    thing(
        "poster",
        ["Poster", "Плакат", "ملصق"],
        ["Printed in twelve colours.", "Напечатан двенадцатью красками.", "مطبوع باثني عشر لوناً."],
        "paper",
        120,
        1900,
    )
    .sized(),
    thing(
        "backpack",
        ["Backpack", "Рюкзак", "حقيبة ظهر"],
        ["Keeps dry what is inside.", "Внутри всегда сухо.", "يبقى ما بداخلها جافاً."],
        "bags",
        850,
        8800,
    ),
    thing(
        "vase",
        ["Vase", "Ваза", "مزهرية"],
        ["For one tall flower.", "Для одного высокого цветка.", "لزهرة واحدة طويلة."],
        "decor",
        1100,
        3900,
    ),
    thing(
        "planter",
        ["Planter", "Кашпо", "أصيص"],
        ["With a saucer.", "С поддоном.", "مع صحن."],
        "decor",
        1500,
        2700,
    )
    .sized(),
    thing(
        "chess",
        ["Chess set", "Шахматы", "شطرنج"],
        ["Thirty-two figures and a board.", "Тридцать две фигуры и доска.", "اثنتان وثلاثون قطعة ولوح."],
        "figures",
        1800,
        9500,
    ),
    thing(
        "stand",
        ["Phone stand", "Подставка для телефона", "حامل هاتف"],
        ["Printed to the size of your phone.", "Печатается под размер телефона.", "يُطبع على مقاس هاتفك."],
        "parts",
        90,
        1200,
    )
    .kind("made_to_order"),
    thing(
        "gear",
        ["Gear set", "Набор шестерён", "طقم تروس"],
        ["Printed from your own file.", "Печатается по вашему файлу.", "يُطبع من ملفك."],
        "parts",
        200,
        3300,
    )
    .kind("made_to_order"),
    thing(
        "figurine",
        ["Figurine", "Фигурка", "تمثال صغير"],
        ["Printed and painted by hand.", "Напечатана и раскрашена вручную.", "مطبوع وملوّن يدوياً."],
        "figures",
        150,
        2600,
    )
    .kind("made_to_order"),
    thing(
        "printing",
        ["3D printing course", "Курс 3D-печати", "دورة الطباعة ثلاثية الأبعاد"],
        [
            "Eight evenings, from the first layer to the last.",
            "Восемь вечеров, от первого слоя до последнего.",
            "ثماني أمسيات، من الطبقة الأولى إلى الأخيرة.",
        ],
        "courses",
        0,
        14900,
    )
    .kind("course"),
    thing(
        "modelling",
        ["Modelling course", "Курс моделирования", "دورة النمذجة"],
        ["How a thing becomes a mesh.", "Как вещь становится сеткой.", "كيف يصبح الشيء شبكة."],
        "courses",
        0,
        12900,
    )
    .kind("course"),
    thing(
        "repair",
        ["Repair hour", "Час ремонта", "ساعة إصلاح"],
        ["Bring what is broken.", "Приносите сломанное.", "أحضر ما انكسر."],
        "services",
        0,
        4500,
    )
    .kind("service"),
    thing(
        "portrait",
        ["Portrait session", "Портретная съёмка", "جلسة تصوير"],
        ["An hour in the studio.", "Час в студии.", "ساعة في الاستوديو."],
        "services",
        0,
        8000,
    )
    .kind("service"),
];

/// The collections, in three languages.
const COLLECTIONS: [(&str, [&str; 3]); 10] = [
    ("tide", ["Tide", "Прилив", "المد"]),
    ("lighthouse", ["Lighthouse", "Маяк", "المنارة"]),
    ("harbour", ["Harbour", "Гавань", "الميناء"]),
    ("shell", ["Shell", "Ракушка", "الصدفة"]),
    ("coral", ["Coral", "Коралл", "المرجان"]),
    ("storm", ["Storm", "Шторм", "العاصفة"]),
    ("amber", ["Amber", "Янтарь", "الكهرمان"]),
    ("dune", ["Dune", "Дюна", "الكثيب"]),
    ("pearl", ["Pearl", "Жемчужина", "اللؤلؤة"]),
    ("compass", ["Compass", "Компас", "البوصلة"]),
];

const fn thing(
    slug: &'static str,
    names: [&'static str; 3],
    said: [&'static str; 3],
    category: &'static str,
    grams: u32,
    cents: i64,
) -> Thing {
    let grams = if grams == 0 { None } else { Some(grams) };
    Thing { slug, names, said, category, kind: "physical", grams, cents, sizes: false }
}

impl Thing {
    const fn sized(mut self) -> Thing {
        self.sizes = true;
        self
    }

    const fn kind(mut self, kind: &'static str) -> Thing {
        self.kind = kind;
        self
    }
}

/// All products, always the same and in the same order.
pub fn items() -> Vec<Item> {
    let all = THINGS.iter().enumerate();
    all.flat_map(|(n, thing)| COLLECTIONS.iter().enumerate().map(move |(c, of)| item(n, thing, c, of)))
        .collect()
}

fn item(n: usize, thing: &Thing, c: usize, collection: &(&str, [&str; 3])) -> Item {
    let slug = format!("{}-{}", thing.slug, collection.0);
    let quoted = [("en", "“", "”"), ("ru", "«", "»"), ("ar", "«", "»")];
    let words = quoted.iter().enumerate().map(|(i, (locale, open, close))| Words {
        locale,
        title: format!("{} {open}{}{close}", thing.names[i], collection.1[i]),
        description: thing.said[i].to_owned(),
    });
    // One shop writes English first, the other Russian.
    let mut words: Vec<_> = words.collect();
    let shop = n / 10;
    words.rotate_left(shop);
    let number = n * COLLECTIONS.len() + c;
    let sizes: &[Option<&str>] = if thing.sizes { &[Some("small"), Some("large")] } else { &[None] };
    let lines = sizes.iter().enumerate().map(|(i, size)| {
        let tail = size.map(|size| format!("-{}", &size[..1])).unwrap_or_default();
        Line {
            kind: thing.kind,
            sku: format!("{slug}{tail}").to_uppercase(),
            number: None,
            grams: thing.grams,
            size: *size,
            prices: prices(thing.cents + 150 * c as i64 + 600 * i as i64),
            stock: if thing.kind == "physical" { stock(number + i) } else { Stock::Nothing },
        }
    });
    Item {
        shop: SHOPS[shop],
        lines: lines.collect(),
        slug,
        words,
        category: thing.category,
        sizes: thing.sizes,
        look: (n as u32, c as u32),
    }
}

/// The same price in dollars, euros and yen, which have no smaller unit.
fn prices(cents: i64) -> Vec<(&'static str, i64)> {
    vec![("USD", cents), ("EUR", cents * 9 / 10), ("JPY", cents * 3 / 2)]
}

/// Most products are in stock; some are running out, and some are sold out.
fn stock(number: usize) -> Stock {
    match number {
        n if n % 17 == 16 => Stock::Nothing,
        n if n % 11 == 10 => Stock::Received(3),
        n => Stock::Received(20 + (n as u32 * 37) % 200),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn there_are_two_hundred_products_and_no_two_are_alike() {
        let items = items();
        assert_eq!(items.len(), 200);
        let slugs: BTreeSet<_> = items.iter().map(|item| &item.slug).collect();
        let skus: BTreeSet<_> = items.iter().flat_map(|item| &item.lines).map(|line| &line.sku).collect();
        assert_eq!(slugs.len(), 200);
        assert_eq!(skus.len(), items.iter().map(|item| item.lines.len()).sum::<usize>());
        for shop in SHOPS {
            assert_eq!(items.iter().filter(|item| item.shop == shop).count(), 100);
        }
    }

    #[test]
    fn every_product_is_told_in_three_languages_and_sold_in_three_currencies() {
        for item in items() {
            let locales: BTreeSet<_> = item.words.iter().map(|words| words.locale).collect();
            assert_eq!(locales, BTreeSet::from(super::super::item::LOCALES), "{}", item.slug);
            assert!(item.lines.iter().all(|line| line.prices.len() == 3), "{}", item.slug);
        }
    }
}
