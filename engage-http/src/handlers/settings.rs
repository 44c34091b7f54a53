//! What the site has set.

use engage_core::Result;
use http::Response;

use crate::body::Body;
use crate::request::{Cx, ok};
use crate::wire;

pub(crate) async fn show(cx: Cx) -> Result<Response<Body>> {
    let stored = cx.engage.settings().stored().await?;
    let values = serde_json::to_value(&*cx.engage.settings().get())?;
    let settings = values.as_object().into_iter().flatten().map(|(key, value)| {
        let version = stored.iter().find(|setting| setting.key == *key).map_or(0, |setting| setting.version);
        wire::SettingInfo { key: key.clone(), value: value.clone(), version }
    });
    ok(&wire::SettingList { settings: settings.collect() })
}

pub(crate) async fn set(cx: Cx) -> Result<Response<Body>> {
    let wire::SetSetting { value, expected_version } = cx.json().await?;
    let key: String = cx.param("key")?;
    let setting = cx.engage.settings().set(&cx.actor()?, &key, value, expected_version).await?;
    ok(&wire::SettingInfo { key: setting.key, value: setting.value, version: setting.version })
}
