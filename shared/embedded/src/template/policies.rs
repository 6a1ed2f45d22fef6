//! Reads the rights of functions: their `Policies`.
//!
//! Invariant: nothing is left out. A statement that denies, or that allows under a condition, and a
//! policy that is only named are errors, because the rights read here would differ from those on AWS. A
//! house rule forbids rights elsewhere in the template.

use std::collections::BTreeSet;

use super::TemplateError;
use super::node::Node;
use super::stack::Right;

/// All rights of a function's `Policies`.
pub(super) fn read(policies: Option<Node>) -> Result<BTreeSet<Right>, TemplateError> {
    let mut rights = BTreeSet::new();
    for policy in policies.map_or(Ok(Vec::new()), |policies| policies.items())? {
        if let Ok(elsewhere) = policy.text() {
            return policy
                .wrong(format!("{elsewhere} stands elsewhere, and what it allows is not known here"));
        }
        for statement in policy.required("Statement")?.items()? {
            rights.extend(allowed(&statement)?);
        }
    }
    Ok(rights)
}

fn allowed(statement: &Node) -> Result<BTreeSet<Right>, TemplateError> {
    for (name, part) in statement.entries()? {
        if !["Action", "Effect", "Resource", "Sid"].contains(&name.as_str()) {
            return part.wrong(format!("what a statement means by {name} is not known here"));
        }
    }
    let effect = statement.required("Effect")?;
    if effect.text()? != "Allow" {
        return effect.wrong("only policies that allow are known here");
    }
    let resources = statement.required("Resource")?.texts()?;
    let actions = statement.required("Action")?.texts()?;
    let rights = actions.iter().flat_map(|action| resources.iter().map(move |resource| (action, resource)));
    Ok(rights.map(|(a, r)| Right { action: a.clone(), resource: r.clone() }).collect())
}
