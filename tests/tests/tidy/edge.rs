//! The template's edges, where strangers arrive: buckets, routes, and the line that is written of each
//! request.

use std::collections::{BTreeMap, BTreeSet};

use embedded::template::{Parameters, Stack, Template};
use serde_json::{Value, json};

use crate::template::template;
use crate::{complains, nothing_to_complain_about};

/// What a line about a request has to say for somebody to find out who did what.
const LOGGED: &[&str] = &[
    "identity.sourceIp",
    "identity.userAgent",
    "requestTime",
    "requestId",
    "routeKey",
    "status",
    "responseLatency",
    "integrationLatency",
    "integrationErrorMessage",
];

/// What everybody may do without having signed in, and what costs more than a read.
const DEAR: &[&str] =
    &["POST /identity/accounts", "POST /identity/password/forgot", "POST /identity/sessions"];

/// The template with what it means for one stack.
struct Read {
    template: Template,
    parameters: Parameters,
    stack: Stack,
}

impl Read {
    fn new() -> Read {
        let (template, parameters, stack) = template();
        Read { template, parameters, stack }
    }

    /// The resources of a kind, with their properties as CloudFormation sees them.
    fn properties(&self, kind: &str) -> Vec<(&str, Value)> {
        let of_kind = self.stack.resources.iter().filter(|(_, resource)| resource.kind == kind);
        let seen = of_kind.map(|(id, resource)| {
            let seen = self.template.value(&self.parameters, id, &resource.properties).unwrap();
            (id.as_str(), serde_json::to_value(seen).unwrap())
        });
        seen.collect()
    }

    fn stage(&self) -> Value {
        self.properties("AWS::ApiGatewayV2::Stage").remove(0).1
    }

    fn forget(&mut self, kind: &str) {
        self.stack.resources.retain(|_, resource| resource.kind != kind);
    }
}

/// A bucket is nobody's but ours, over TLS and from pages that are named.
fn buckets(read: &Read) -> Vec<String> {
    let mut found = Vec::new();
    let policies = read.properties("AWS::S3::BucketPolicy");
    for (id, bucket) in read.properties("AWS::S3::Bucket") {
        let about = policies.iter().filter(|(_, policy)| policy["Bucket"] == bucket["BucketName"]);
        let statements =
            about.flat_map(|(_, policy)| policy["PolicyDocument"]["Statement"].as_array().unwrap());
        let over_tls = statements.filter(|statement| {
            statement["Effect"] == "Deny"
                && statement["Principal"] == "*"
                && statement["Action"] == "s3:*"
                && statement["Condition"]["Bool"]["aws:SecureTransport"] == "false"
                && statement["Resource"].as_array().is_some_and(|both| both.len() == 2)
        });
        if over_tls.count() != 1 {
            found.push(format!("{id} answers without TLS"));
        }
        let block = &bucket["PublicAccessBlockConfiguration"];
        let shut = ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];
        if shut.iter().any(|way| block[way] != true) {
            found.push(format!("{id} could be opened to the public"));
        }
        if bucket["BucketEncryption"].is_null() {
            found.push(format!("{id} is not encrypted"));
        }
    }
    for bucket in &read.stack.buckets {
        let anyone = bucket.cors.iter().flat_map(|rule| &rule.origins).any(|origin| origin.contains('*'));
        if anyone {
            found.push(format!("{} is open to the pages of everybody", bucket.logical_id));
        }
    }
    found
}

/// What is dear is held to a rate below everything else's, on a route that is there before its settings.
fn rates(read: &Read, dear: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let routes = read.stack.routes.iter();
    let routes: BTreeMap<String, &String> =
        routes.map(|route| (format!("{} {}", route.method, route.path), &route.logical_id)).collect();
    let stage = read.stage();
    let first = &read.stack.resources["ApiStage"].depends_on;
    let set = stage["RouteSettings"].as_object().expect("the stage sets routes");
    for route in dear.iter().filter(|route| !set.contains_key(**route)) {
        found.push(format!("{route} has the rate of everything else"));
    }
    for (route, settings) in set {
        match routes.get(route) {
            None => found.push(format!("{route} has a rate and is no route")),
            Some(resource) if !first.contains(resource) => {
                found.push(format!("the stage does not wait for {resource}"))
            }
            Some(_) => {}
        }
        // What is not said of a route falls back to nothing, not to the stage's own word.
        if settings["DetailedMetricsEnabled"] != true {
            found.push(format!("{route} is not measured"));
        }
        let number = |value: &Value| value.as_f64().or_else(|| value.as_str()?.parse().ok());
        let usual = number(&stage["DefaultRouteSettings"]["ThrottlingRateLimit"]).unwrap();
        if number(&settings["ThrottlingRateLimit"]).is_none_or(|rate| rate >= usual) {
            found.push(format!("{route} is not held to less than {usual} requests a second"));
        }
    }
    found
}

/// What has a route of its own is not in the numbers of the route of its room, so its errors and its time
/// have to be looked at beside those.
fn watched(read: &Read) -> Vec<String> {
    let alarms: Vec<_> =
        read.properties("AWS::CloudWatch::Alarm").iter().map(|(_, alarm)| alarm.to_string()).collect();
    let stage = read.stage();
    let paths =
        stage["RouteSettings"].as_object().unwrap().keys().filter_map(|route| route.split(' ').nth(1));
    let looking = paths
        .map(|path| (path, alarms.iter().filter(|alarm| alarm.contains(&format!("\"{path}\""))).count()));
    looking
        .filter(|(_, count)| *count < 2)
        .map(|(path, count)| format!("{count} alarms look at {path}"))
        .collect()
}

/// What the edge keeps: the reads that are the same for everyone and no others, by path, query and language,
/// for as long as an answer says.
fn kept_at_the_edge(edge: &Value, policy: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let by = &policy["ParametersInCacheKeyAndForwardedToOrigin"];
    let [cookies, headers, query] = [
        "/CookiesConfig/CookieBehavior",
        "/HeadersConfig/Headers",
        "/QueryStringsConfig/QueryStringBehavior",
    ]
    .map(|at| by.pointer(at).cloned().unwrap_or_default());
    if [&cookies, &headers, &query] != [&json!("none"), &json!(["Accept-Language"]), &json!("all")] {
        found.push(format!("answers are kept by {by}"));
    }
    if policy["MinTTL"] != 0 || policy["DefaultTTL"] != 0 {
        found.push("an answer is kept that does not say so".to_owned());
    }
    for error in edge["CustomErrorResponses"].as_array().unwrap() {
        if error["ErrorCachingMinTTL"] != 0 {
            found.push(format!("{} is kept", error["ErrorCode"]));
        }
    }
    let keeping = edge["CacheBehaviors"].as_array().unwrap();
    let drivers = tests::drivers();
    for operation in drivers.iter().flat_map(testkit::Driver::operations) {
        let (method, path) = (operation.method.as_str(), operation.path.as_str());
        let kept = keeping.iter().find(|kept| fits(kept["PathPattern"].as_str().unwrap(), path));
        match kept {
            None if operation.public_read => found.push(format!("{path} is public and is not kept")),
            Some(_) if method == "GET" && !operation.public_read => found.push(format!("{path} is kept")),
            Some(kept) if !kept["AllowedMethods"].as_array().unwrap().contains(&json!(method)) => {
                found.push(format!("{method} {path} does not pass"))
            }
            _ => {}
        }
    }
    found
}

/// Whether a path fits a pattern of the edge, whose only star stands at its end.
fn fits(pattern: &str, path: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => path.starts_with(beginning),
        None => path == pattern,
    }
}

#[test]
fn buckets_are_shut_to_the_public_to_plain_text_and_to_pages_that_nobody_named() {
    let mut read = Read::new();
    nothing_to_complain_about(buckets(&read));
    read.stack.buckets[0].cors.iter_mut().for_each(|rule| rule.origins = vec!["*".into()]);
    complains(buckets(&read), "is open to the pages of everybody");
    read.forget("AWS::S3::BucketPolicy");
    complains(buckets(&read), "FactsBucket answers without TLS");
}

#[test]
fn what_is_dear_has_a_rate_of_its_own_and_is_watched() {
    let mut read = Read::new();
    // Alarms that calculate are on AWS only, and an endpoint is what an emulator has.
    let aws = read.parameters.clone().with("Endpoint", "");
    read.stack = read.template.resolve(&aws).unwrap();
    nothing_to_complain_about(rates(&read, DEAR));
    nothing_to_complain_about(watched(&read));
    complains(rates(&read, &["GET /moon"]), "GET /moon has the rate of everything else");
    read.stack.routes.retain(|route| route.path != "/identity/sessions");
    complains(rates(&read, DEAR), "POST /identity/sessions has a rate and is no route");
    read.forget("AWS::CloudWatch::Alarm");
    complains(watched(&read), "0 alarms look at /identity/sessions");
}

#[test]
fn the_line_of_a_request_is_json_and_says_who_did_what() {
    let stage = Read::new().stage();
    let format = stage["AccessLogSettings"]["Format"].as_str().unwrap();
    let line: BTreeMap<String, String> = serde_json::from_str(format).unwrap();
    let said: BTreeSet<&str> = line.values().filter_map(|value| value.strip_prefix("$context.")).collect();
    for value in LOGGED {
        assert!(said.contains(value), "{value} is not logged: {format}");
    }
    // A caller may write quotes into it, and of two members of one name the last one counts.
    assert!(format.starts_with(r#"{"agent":"$context.identity.userAgent","#), "{format}");
}

/// What goes around the firewall is turned away, on every route; where there is none, nothing asks for it.
#[test]
fn with_an_edge_nobody_comes_another_way_and_without_one_nothing_of_it_is_there() {
    let mut read = Read::new();
    let of_the_edge = |read: &Read| read.stack.resources.keys().filter(|id| id.starts_with("Edge")).count();
    let open = |read: &Read| {
        let routes = read.properties("AWS::ApiGatewayV2::Route");
        routes.iter().filter(|(_, route)| route["AuthorizationType"] == "NONE").count()
    };
    assert_eq!((of_the_edge(&read), open(&read)), (0, read.stack.routes.len()));
    assert!(read.stack.functions.iter().all(|function| function.environment["PROXIES"] == "0"));

    read.parameters = read.parameters.with("Edge", "on");
    read.stack = read.template.resolve(&read.parameters).unwrap();
    assert_eq!((of_the_edge(&read), open(&read)), (8, 0));
    for (id, route) in read.properties("AWS::ApiGatewayV2::Route") {
        assert_eq!(route["AuthorizationType"], "CUSTOM", "{id}");
        assert!(route["AuthorizerId"].is_string(), "{id}");
    }
    assert!(read.stack.functions.iter().all(|function| function.environment["PROXIES"] == "1"));
    let [(_, firewall)] = &read.properties("AWS::WAFv2::WebACL")[..] else { panic!("one firewall") };
    assert_eq!(firewall["Scope"], "CLOUDFRONT");

    read.parameters = read.parameters.with("EdgeAcl", "arn:aws:wafv2:us-east-1:0:global/webacl/one/1");
    read.stack = read.template.resolve(&read.parameters).unwrap();
    assert!(read.properties("AWS::WAFv2::WebACL").is_empty());
}

#[test]
fn the_edge_keeps_what_is_the_same_for_everyone_and_nothing_else() {
    let mut read = Read::new();
    let firewall = "arn:aws:wafv2:us-east-1:0:global/webacl/one/1";
    read.parameters = read.parameters.with("Edge", "on").with("EdgeAcl", firewall);
    read.stack = read.template.resolve(&read.parameters).unwrap();
    let one = |kind: &str, of: &str| read.properties(kind).remove(0).1[of].clone();
    let edge = one("AWS::CloudFront::Distribution", "DistributionConfig");
    let policy = one("AWS::CloudFront::CachePolicy", "CachePolicyConfig");
    nothing_to_complain_about(kept_at_the_edge(&edge, &policy));

    let changed = |before: &Value, at: &str, to: Value| {
        let mut after = before.clone();
        *after.pointer_mut(at).unwrap_or_else(|| panic!("{at} is not there")) = to;
        after
    };
    for (at, to, about) in [
        ("/CacheBehaviors/0/PathPattern", json!("/cart*"), "/cart is kept"),
        (
            "/CacheBehaviors/0/PathPattern",
            json!("/catalog/products"),
            "/catalog/products/{product} is public",
        ),
        ("/CacheBehaviors/0/AllowedMethods", json!(["GET"]), "POST /catalog/products/{product}/archive"),
        ("/CustomErrorResponses/0/ErrorCachingMinTTL", json!(10), "400 is kept"),
    ] {
        complains(kept_at_the_edge(&changed(&edge, at, to), &policy), about);
    }
    let parts = "/ParametersInCacheKeyAndForwardedToOrigin";
    for (at, to, about) in [
        ("/MinTTL".to_owned(), json!(1), "does not say so"),
        (format!("{parts}/HeadersConfig/Headers"), json!([]), "answers are kept by"),
        (format!("{parts}/CookiesConfig/CookieBehavior"), json!("all"), "answers are kept by"),
    ] {
        complains(kept_at_the_edge(&edge, &changed(&policy, &at, to)), about);
    }
}
