//! What buckets forget by themselves: what was deleted leaves no copy behind for longer than a day.

use embedded::template::{Resource, Stack};

use crate::template::template;
use crate::{complains, nothing_to_complain_about};

/// Parts of uploads that were never finished, and versions that are not the latest any more, should
/// somebody let a bucket keep versions.
const WITHIN_A_DAY: [[&str; 2]; 2] = [
    ["AbortIncompleteMultipartUpload", "DaysAfterInitiation"],
    ["NoncurrentVersionExpiration", "NoncurrentDays"],
];

fn hoarders(stack: &Stack) -> Vec<String> {
    let mut found = Vec::new();
    let buckets = stack.resources.iter().filter(|(_, resource)| resource.kind == "AWS::S3::Bucket");
    for (id, bucket) in buckets {
        let rules = bucket.properties["LifecycleConfiguration"]["Rules"].as_sequence();
        let rules = rules.into_iter().flatten().filter(|rule| rule["Status"] == "Enabled");
        // A rule with a prefix is about some of the objects.
        let of_all: Vec<_> = rules.filter(|rule| rule["Prefix"].is_null()).collect();
        for [what, term] in WITHIN_A_DAY {
            if !of_all.iter().any(|rule| rule[what][term].as_u64() == Some(1)) {
                found.push(format!("{id} keeps for longer than a day: {what}"));
            }
        }
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
    let [abandoned, noncurrent] =
        WITHIN_A_DAY.map(|[what, _]| format!("MerchantsBucket keeps for longer than a day: {what}"));
    let none = with(&|bucket| bucket.properties["LifecycleConfiguration"]["Rules"] = "none".into());
    complains(none, &abandoned);
    let longer = with(&|bucket| {
        let rule = &mut bucket.properties["LifecycleConfiguration"]["Rules"][0];
        rule["NoncurrentVersionExpiration"]["NoncurrentDays"] = 30.into();
    });
    complains(longer, &noncurrent);
    let some =
        with(&|bucket| bucket.properties["LifecycleConfiguration"]["Rules"][0]["Prefix"] = "logos/".into());
    complains(some, &abandoned);
}
