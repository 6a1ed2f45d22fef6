//! What buckets forget by themselves: what was deleted leaves no copy behind for longer than a day.

use embedded::template::{Resource, Stack};
use serde_json::json;

use crate::template::template;
use crate::{complains, nothing_to_complain_about};

/// Parts of uploads that were never finished, and versions that are not the latest any more, should
/// somebody let a bucket keep versions.
const WITHIN_A_DAY: &[&str] =
    &["/AbortIncompleteMultipartUpload/DaysAfterInitiation", "/NoncurrentVersionExpiration/NoncurrentDays"];

fn hoarders(stack: &Stack) -> Vec<String> {
    let mut found = Vec::new();
    let buckets = stack.resources.iter().filter(|(_, resource)| resource.kind == "AWS::S3::Bucket");
    for (id, bucket) in buckets {
        let rules = bucket.properties.pointer("/LifecycleConfiguration/Rules");
        let rules = rules.and_then(|rules| rules.as_array()).cloned().unwrap_or_default();
        // A rule with a prefix is about some of the objects.
        let of_all = || {
            rules
                .iter()
                .filter(|rule| rule["Status"] == "Enabled" && rule.get("Prefix").is_none_or(|p| *p == ""))
        };
        let missing =
            WITHIN_A_DAY.iter().filter(|term| !of_all().any(|rule| rule.pointer(term) == Some(&json!(1))));
        found.extend(missing.map(|term| format!("{id} keeps for longer than a day: {term}")));
    }
    found
}

#[test]
fn no_bucket_keeps_copies_of_what_was_deleted() {
    let (_, _, stack) = template();
    nothing_to_complain_about(hoarders(&stack));
    let with = |change: &dyn Fn(&mut Resource)| {
        let mut stack = stack.clone();
        change(stack.resources.get_mut("MerchantsBucket").unwrap());
        hoarders(&stack)
    };
    let rule = |bucket: &mut Resource| bucket.properties["LifecycleConfiguration"]["Rules"][0].take();
    complains(with(&|bucket| drop(rule(bucket))), "MerchantsBucket keeps for longer than a day: /Noncurrent");
    let longer = with(&|bucket| {
        bucket.properties["LifecycleConfiguration"]["Rules"][0]["NoncurrentVersionExpiration"] =
            json!({ "NoncurrentDays": 30 });
    });
    complains(longer, "MerchantsBucket keeps for longer than a day: /NoncurrentVersionExpiration");
    let some =
        with(&|bucket| bucket.properties["LifecycleConfiguration"]["Rules"][0]["Prefix"] = json!("logos/"));
    complains(some, "MerchantsBucket keeps for longer than a day: /Abort");
}
