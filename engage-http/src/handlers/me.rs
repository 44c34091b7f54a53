//! Who the caller is.

use engage_core::Result;
use http::Response;

use crate::body::Body;
use crate::request::{Cx, ok};
use crate::wire::{FileRules, Me, Site};

pub(crate) async fn show(cx: Cx) -> Result<Response<Body>> {
    let staff = cx.staff()?;
    ok(&Me {
        id: staff.agent.id.clone(),
        name: staff.agent.name.clone(),
        role: if staff.admin { "admin" } else { "agent" },
        teams: staff.teams.clone(),
        files: FileRules::of(&cx.engage),
        site: Site { name: cx.engage.site().to_owned() },
    })
}
