//! What `cargo metadata` says of the workspace and of all it depends on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::Value;

use crate::shell::{self, Result};

/// Packages by their id, and what each depends on.
#[derive(Debug, Default)]
pub(crate) struct Metadata {
    pub(crate) packages: BTreeMap<String, Package>,
    pub(crate) members: Vec<String>,
    /// Where cargo puts what it builds.
    pub(crate) target: PathBuf,
}

#[derive(Debug, Default)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) license: Option<String>,
    pub(crate) features: Vec<String>,
    pub(crate) has_lib: bool,
    /// Ids of the normal dependencies: what a user of the package builds in.
    pub(crate) normal: Vec<String>,
    /// Ids of all dependencies, those of tests and build scripts too.
    pub(crate) all: Vec<String>,
}

impl Metadata {
    /// With all features of the workspace, for all platforms.
    pub(crate) fn load() -> Result<Self> {
        let text = shell::output(&mut shell::cargo(["metadata", "--format-version=1", "--all-features", "--locked"]))?;
        Ok(Self::parse(&serde_json::from_str(&text)?))
    }

    pub(crate) fn parse(value: &Value) -> Self {
        let mut packages: BTreeMap<_, _> =
            list(&value["packages"]).iter().map(|package| (text(&package["id"]), Package::parse(package))).collect();
        for node in list(&value["resolve"]["nodes"]) {
            let Some(package) = packages.get_mut(&text(&node["id"])) else { continue };
            for dep in list(&node["deps"]) {
                package.all.push(text(&dep["pkg"]));
                if list(&dep["dep_kinds"]).iter().any(|kind| kind["kind"].is_null()) {
                    package.normal.push(text(&dep["pkg"]));
                }
            }
        }
        let members = list(&value["workspace_members"]).iter().map(text).collect();
        Self { packages, members, target: text(&value["target_directory"]).into() }
    }

    /// Packages of this workspace, in the manifest's order.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Package> {
        self.members.iter().filter_map(|id| self.packages.get(id))
    }

    pub(crate) fn member(&self, name: &str) -> Option<&Package> {
        self.members().find(|package| package.name == name)
    }

    /// All that is built into whoever uses `package`, itself excluded.
    pub(crate) fn built_into(&self, package: &Package) -> Vec<&Package> {
        let mut seen = BTreeSet::new();
        let mut open = package.normal.clone();
        while let Some(id) = open.pop() {
            if let Some(found) = self.packages.get(&id)
                && seen.insert(id)
            {
                open.extend(found.normal.iter().cloned());
            }
        }
        seen.iter().filter_map(|id| self.packages.get(id)).collect()
    }
}

impl Package {
    fn parse(value: &Value) -> Self {
        let is_lib = |target: &Value| list(&target["kind"]).iter().any(|kind| kind == "lib");
        Self {
            name: text(&value["name"]),
            version: text(&value["version"]),
            license: value["license"].as_str().map(str::to_owned),
            features: value["features"].as_object().map(|all| all.keys().cloned().collect()).unwrap_or_default(),
            has_lib: list(&value["targets"]).iter().any(is_lib),
            normal: Vec::new(),
            all: Vec::new(),
        }
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
