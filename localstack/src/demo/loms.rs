//! The demo data of the LOMS contract: numeric SKUs, names, prices and stock.

use super::item::{Item, Line, Stock, Words};
use crate::people::SHOPS;

/// Number, name, price in roubles, how many there are, how many of those are reserved.
const DATA: [(i64, &str, i64, u32, u32); 16] = [
    (139_275_865, "Платье oodji Collection", 634, 65_534, 0),
    (2_956_315, "Краткая история времени | Стивен Хокинг", 1_190, 300, 30),
    (1_076_963, "Теория нравственных чувств | Смит Адам", 3_379, 300, 35),
    (135_717_466, "Шарф вязаный", 890, 100, 20),
    (135_937_324, "Свитер шерстяной", 2_450, 300, 30),
    (1_625_903, "Собор Парижской Богоматери | Виктор Гюго", 540, 10_000, 0),
    (1_148_162, "Путешествия Гулливера | Джонатан Свифт", 610, 300, 0),
    (139_819_069, "Перчатки кожаные", 1_780, 100, 100),
    // Its old system has sold one more than it had, so it is sold out.
    (139_818_428, "Шапка с помпоном", 720, 100, 101),
    (2_618_151, "Робинзон Крузо | Даниель Дефо", 480, 300, 0),
    (2_958_025, "Остров сокровищ | Роберт Стивенсон", 520, 300, 0),
    (3_596_599, "Моби Дик | Герман Мелвилл", 990, 300, 0),
    (3_618_852, "Дети капитана Гранта | Жюль Верн", 660, 300, 0),
    (4_288_068, "Робур-завоеватель | Жюль Верн", 450, 300, 0),
    (4_465_995, "Таинственный остров | Жюль Верн", 740, 300, 0),
    (30_816_475, "Рубашка льняная", 1_990, 300, 0),
];

/// All of them, in the first shop.
pub fn items() -> Vec<Item> {
    let all = DATA.iter().enumerate();
    all.map(|(n, &(number, name, roubles, on_hand, reserved))| Item {
        shop: SHOPS[0],
        slug: format!("loms-{number}"),
        words: vec![Words {
            locale: "ru",
            title: name.to_owned(),
            description: format!("Товар {number} учебного маркетплейса."),
        }],
        category: if name.contains('|') { "books" } else { "clothes" },
        sizes: false,
        lines: vec![Line {
            kind: "physical",
            sku: format!("LOMS-{number}"),
            number: Some(number),
            grams: Some(400),
            size: None,
            prices: vec![("RUB", roubles * 100)],
            stock: Stock::Brought { on_hand, reserved },
        }],
        look: (n as u32, n as u32 + 3),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oversold_sku_is_brought_in_as_it_was() {
        let items = items();
        let oversold =
            items.iter().flat_map(|item| &item.lines).find(|line| line.number == Some(139_818_428));
        assert_eq!(oversold.unwrap().stock, Stock::Brought { on_hand: 100, reserved: 101 });
        assert_eq!(items.len(), 16);
    }
}
