//! How a room introduces itself.

use crate::{Env, Role, Roles, Surroundings, Unready};

/// A room: its name, what it needs in each role, and how it opens.
#[derive(Clone, Copy)]
pub struct Room {
    /// Its name: crate, binary, path prefix, table and queue.
    pub name: &'static str,
    /// What each of its roles reads from the environment, and what it does with what stands there. The
    /// template is held against this: its functions may do this and nothing else.
    pub needs: &'static [Need],
    /// Builds everything that outlives an invocation.
    pub open: fn(&Surroundings) -> Result<Roles, Unready>,
}

/// What a role cannot do without.
#[derive(Clone, Copy, Debug)]
pub struct Need {
    /// In which role.
    pub role: Role,
    /// Which variables.
    pub variables: &'static [&'static str],
    /// Which rights. Those that follow from the variables and from what wakes the role are not said
    /// again: to send to a queue whose address it has, to read a secret whose name it has, to carry
    /// facts in and out of the facts bucket, to receive and to follow what it is woken by.
    pub may: &'static [May],
}

/// Something that a role does, in the words of IAM, so that a policy can be held against them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum May {
    /// Does this with the items of its `TABLE`. A transaction is what its parts are: `PutItem`,
    /// `UpdateItem`, `DeleteItem` and `ConditionCheckItem`.
    Table(&'static [&'static str]),
    /// Does this with the objects of its `BUCKET` whose names begin so; what it signs for others
    /// included, because a signed request may do what its signer may. All parts of an upload are
    /// `PutObject`.
    Objects(&'static str, &'static [&'static str]),
    /// Learns that an object of its `BUCKET` is missing. Without the right to list a bucket everything
    /// that is not there is refused, and nobody knows what to think.
    MissObjects,
    /// Asks these rooms while somebody waits.
    Ask(&'static [&'static str]),
    /// Puts another text in the place of the secret that this variable names.
    ReplaceSecret(&'static str),
}

impl Room {
    /// Complains about everything that the role needs and the environment lacks.
    pub fn check(&self, role: Role, env: &Env) -> Result<(), Unready> {
        let need = self.needs.iter().find(|need| need.role == role);
        let need = need.ok_or_else(|| Unready::because(format!("{} has no role {role}", self.name)))?;
        env.require(need.variables.iter().copied())
    }
}
