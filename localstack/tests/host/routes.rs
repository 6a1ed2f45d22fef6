//! Which function answers which request, as API Gateway would have it.

use std::collections::BTreeSet;

use http::Method;
use localstack::gateway::RouteTable;

fn table() -> RouteTable {
    let routes = [
        ("ANY", "$default"),
        ("ANY", "/pets/{proxy+}"),
        ("ANY", "/pets/dog/{id}"),
        ("GET", "/pets/{proxy+}"),
        ("GET", "/pets/dog/{id}"),
        ("GET", "/pets/dog/1"),
        ("GET", "/product"),
        ("POST", "/user/{user}/cart/{sku}"),
    ];
    RouteTable::from_routes(routes.map(|(method, path)| (method, path, format!("{method} {path}"))))
}

#[test]
fn the_most_specific_route_answers() {
    let table = table();
    let check = |method: Method, path: &str, expect: &str| {
        assert_eq!(table.find(&method, path), Some(expect), "{method} {path}");
    };
    check(Method::GET, "/pets/dog/1", "GET /pets/dog/1");
    check(Method::GET, "/pets/dog/2", "GET /pets/dog/{id}");
    check(Method::PUT, "/pets/dog/1", "ANY /pets/dog/{id}");
    check(Method::GET, "/pets/cat/1", "GET /pets/{proxy+}");
    check(Method::GET, "/pets/dog/1/name", "GET /pets/{proxy+}");
    check(Method::DELETE, "/pets/cat", "ANY /pets/{proxy+}");
    check(Method::POST, "/user/1/cart/2", "POST /user/{user}/cart/{sku}");
    check(Method::GET, "/product", "GET /product");
}

#[test]
fn what_fits_no_route_goes_to_the_default() {
    let table = table();
    for (method, path) in [
        (Method::GET, "/pets"),
        (Method::GET, "/pets/"),
        (Method::POST, "/product"),
        (Method::GET, "/product/"),
        (Method::GET, "/products"),
        (Method::POST, "/user//cart/2"),
        (Method::POST, "/user/1/cart/2/3"),
        (Method::GET, "/"),
    ] {
        assert_eq!(table.find(&method, path), Some("ANY $default"), "{method} {path}");
    }
}

#[test]
fn without_a_default_it_goes_nowhere() {
    let table = RouteTable::from_routes([("GET", "/stock/info", "stock".to_owned())]);
    assert_eq!(table.find(&Method::GET, "/stock/info"), Some("stock"));
    assert_eq!(table.find(&Method::GET, "/stock"), None);
    assert_eq!(table.find(&Method::POST, "/stock/info"), None);
}

#[tokio::test]
async fn the_templates_routes_lead_to_the_rooms_that_serve_them() {
    let market = crate::world::empty_market().await;
    let table = RouteTable::of(market.stack());
    assert_eq!(table.find(&Method::GET, "/catalog/products"), Some("CatalogApi"));
    assert_eq!(table.find(&Method::GET, "/stock/info"), Some("InventoryApi"));
    assert_eq!(table.find(&Method::GET, "/product/1076963"), Some("CatalogApi"));
    assert_eq!(table.find(&Method::POST, "/user/1/cart/1076963"), Some("CartApi"));
    assert_eq!(table.find(&Method::DELETE, "/cart"), Some("CartApi"));
    assert_eq!(table.find(&Method::GET, "/identity/.well-known/jwks.json"), Some("IdentityApi"));
    assert_eq!(table.find(&Method::GET, "/nobody"), None);
    let answering: BTreeSet<_> = market.stack().routes.iter().map(|route| route.function.as_str()).collect();
    let doors = BTreeSet::from(["CartApi", "CatalogApi", "IdentityApi", "InventoryApi", "MerchantsApi"]);
    assert_eq!(answering, doors);
    market.stop().await;
}
