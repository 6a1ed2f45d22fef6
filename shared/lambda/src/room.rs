//! How a room introduces itself.

use crate::{Env, Role, Roles, Surroundings, Unready};

/// A room: its name, what it needs in each role, and how it opens.
#[derive(Clone, Copy)]
pub struct Room {
    /// Its name: crate, binary, path prefix, table and queue.
    pub name: &'static str,
    /// What each of its roles reads from the environment. The template is held against this.
    pub needs: &'static [Need],
    /// Builds everything that outlives an invocation.
    pub open: fn(&Surroundings) -> Result<Roles, Unready>,
}

/// The variables that a role cannot do without.
#[derive(Clone, Copy, Debug)]
pub struct Need {
    /// In which role.
    pub role: Role,
    /// Which variables.
    pub variables: &'static [&'static str],
}

impl Room {
    /// Complains about everything that the role needs and the environment lacks.
    pub fn check(&self, role: Role, env: &Env) -> Result<(), Unready> {
        let need = self.needs.iter().find(|need| need.role == role);
        let need = need.ok_or_else(|| Unready::because(format!("{} has no role {role}", self.name)))?;
        env.require(need.variables.iter().copied())
    }
}
