//! Every reader gets the nearest language there is, and is told which it was.

use http::header::ACCEPT_LANGUAGE;
use serde_json::json;

use crate::shop::Shop;

#[tokio::test]
async fn a_reader_gets_the_nearest_language_there_is() {
    let shop = Shop::open().await;
    let thing = shop.published("A mug", 990).await;
    for (locale, title) in [("ar", "كوب"), ("ru", "Кружка")] {
        let name = json!({ "locale": locale, "title": title });
        shop.about(&thing.id, "/rename", &name).send().await.expect(200);
    }
    let page = format!("/catalog/products/{}", thing.id);
    let check = async |query: &str, header: &str, expect: &str| {
        for path in [page.as_str(), "/catalog/products"] {
            let call = shop.house.get(&format!("{path}{query}")).header(ACCEPT_LANGUAGE, header);
            let reply = call.send().await.expect(200);
            assert_eq!(reply.header("content-language"), Some(expect), "{path}{query} {header}");
            assert_eq!(reply.header("vary"), Some("accept-language"));
        }
    };
    check("", "", "en").await;
    check("", "ar-EG, en;q=0.5", "ar").await;
    check("", "fr, ru;q=0.4, ar;q=0.3", "ru").await;
    check("", "fr", "en").await;
    check("", "ru;q=0, *", "en").await;
    check("?locale=ar-EG", "ru", "ar").await;
    check("?locale=fr", "ru", "en").await;
    for wrong in ["", "english", "en_US", "x"] {
        shop.house.get(&format!("{page}?locale={wrong}")).send().await.refused(400, "bad_locale");
    }
}
