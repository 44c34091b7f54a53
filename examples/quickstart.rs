//! A visitor and an agent, side by side in one browser, on a SQLite file.
//!
//! `cargo run --example quickstart`, then open the two links that it prints. They work again after a restart.
//! `QUICKSTART_ADDR`, `QUICKSTART_DATABASE` and `QUICKSTART_FILES` change where it listens and where it keeps things; `QUICKSTART_REDIS` makes it
//! one of several nodes; `QUICKSTART_WITHOUT_LIMITS` lets a test ask as often as it likes.
#![allow(clippy::print_stdout, reason = "an example speaks to whoever runs it")]

use std::collections::HashMap;
use std::convert::Infallible;
use std::env;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, Query};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect};
use axum::{Router, routing::get};
use engage::axum::{EngageRoutes as _, RouterExt as _};
use engage::forms::{Becomes, Field, FieldKind, Form};
use engage::redis::{MemoryCache, Redis, TieredCache};
use engage::{AgentDirectory, Engage, Identity, async_trait};

type AnyError = Box<dyn std::error::Error>;

/// Who may sign in here. A real host has its own users.
const STAFF: [(&str, &str); 2] = [("ada", "Ada Lovelace"), ("grace", "Grace Hopper")];

#[tokio::main]
async fn main() -> Result<(), AnyError> {
    tracing_subscriber::fmt().with_env_filter(env::var("RUST_LOG").unwrap_or_else(|_| "engage=info".to_owned())).init();
    let address = env::var("QUICKSTART_ADDR").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    let database = env::var("QUICKSTART_DATABASE").unwrap_or_else(|_| "sqlite://target/quickstart.db".to_owned());

    let files = env::var("QUICKSTART_FILES").unwrap_or_else(|_| "target/quickstart-files".to_owned());

    // Mails stay here, and admins read them.
    let builder = Engage::builder(engage::connect(&database).await?).site("Acme").dev_mailbox();
    let builder = builder.files(engage::blobs::directory(files)?).agent_directory(People);
    let builder = match env::var("QUICKSTART_REDIS") {
        // One of several nodes, on one Postgres and one Redis: `cargo xtask nodes` starts three.
        Ok(url) => {
            let redis = Redis::connect(&url).await?;
            builder.bus(Arc::new(redis.bus())).cache(TieredCache::new(MemoryCache::default(), redis.cache()))
        }
        Err(_) => builder.cache(MemoryCache::default()),
    };
    let builder = match env::var_os("QUICKSTART_WITHOUT_LIMITS") {
        Some(_) => builder.without_rate_limits(),
        None => builder,
    };
    let engage = builder.form(contact()).build().await?;

    let app = Router::new()
        .route("/", get(async || page(include_str!("quickstart/index.html"), "text/html; charset=utf-8")))
        .route("/write", get(async || page(include_str!("quickstart/write.html"), "text/html; charset=utf-8")))
        .route("/tickets", get(async || page(include_str!("quickstart/tickets.html"), "text/html; charset=utf-8")))
        .route("/style.css", get(async || page(include_str!("quickstart/style.css"), "text/css")))
        .route("/sign-in/{who}", get(sign_in))
        .route("/gallery", get(gallery))
        .route("/gallery/frame", get(frame))
        .route("/gallery/{file}", get(gallery_file))
        .engage("/engage", engage.routes())
        .engage("/admin/engage", engage.admin_routes().identity(staff));

    let listener = tokio::net::TcpListener::bind(&address).await?;
    let address = listener.local_addr()?;
    println!("\n  visitor  http://{address}/");
    for (id, name) in STAFF {
        println!("  agent    http://{address}/sign-in/{id}   ({name})");
    }
    println!("\n  Open both. Ctrl-C ends it; what was said is kept in {database}\n");

    axum::serve(listener, app.into_make_service_with_connect_info::<std::net::SocketAddr>())
        .with_graceful_shutdown(async move {
            stopped().await;
            engage.shutdown(Duration::from_secs(10)).await;
        })
        .await?;
    Ok(())
}

/// What `<engage-contact>` shows on the page, and `/engage/forms/contact` without JavaScript.
fn contact() -> Form {
    Form::new("contact", "Write to us")
        .field(Field::new(FieldKind::Text, "name", "Name"))
        .field(Field::new(FieldKind::Email, "email", "E-mail").required())
        .field(Field::new(FieldKind::Radio, "topic", "What is it about?").choices(["Sales", "An order"]))
        .field(Field::new(FieldKind::Text, "order", "Order number").required().when("topic", ["An order"]))
        .field(Field::new(FieldKind::Multiline, "message", "Message").required())
        .becomes(Becomes::Chat { team: None })
}

/// Returns on Ctrl-C, and on the signal by which service managers end a process.
async fn stopped() {
    #[cfg(unix)]
    if let Ok(mut terminated) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = terminated.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        return;
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// What the host knows of whoever asks: here, by a cookie that anybody could set. Use real sessions.
async fn staff(headers: HeaderMap) -> Result<Option<Identity>, Infallible> {
    let cookies = headers.get(header::COOKIE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let signed_in = cookies.split("; ").find_map(|cookie| cookie.strip_prefix("quickstart-staff="));
    let known = STAFF.iter().find(|(id, _)| Some(*id) == signed_in);
    Ok(known.map(|(id, name)| Identity::admin(*id).name(*name)))
}

/// The host's word on where its staff are written to.
#[derive(Debug)]
struct People;

#[async_trait]
impl AgentDirectory for People {
    async fn agent(&self, id: &str) -> engage::Result<Option<Identity>> {
        let known = STAFF.iter().find(|(known, _)| *known == id);
        Ok(known.map(|(id, name)| Identity::admin(*id).name(*name).email(format!("{id}@acme.example"))))
    }
}

async fn sign_in(Path(who): Path<String>) -> impl IntoResponse {
    let known = STAFF.iter().any(|(id, _)| *id == who);
    let cookie = if known { format!("quickstart-staff={who}; Path=/; HttpOnly; SameSite=Lax") } else { String::new() };
    ([(header::SET_COOKIE, cookie)], Redirect::to("/admin/engage/"))
}

/// Every state of the widget, as living documentation. The stories run in frames, which this page alone allows.
async fn gallery() -> impl IntoResponse {
    framed(include_str!("quickstart/gallery/index.html").to_owned(), "frame-src 'self'")
}

async fn frame(Query(look): Query<HashMap<String, String>>) -> impl IntoResponse {
    let pick = |name: &str, known: &[&'static str]| {
        known.iter().find(|one| look.get(name).is_some_and(|wanted| wanted == *one)).copied().unwrap_or(known[0])
    };
    let lang = pick("lang", &["en", "de", "fr", "es", "ar", "ja"]);
    let html = include_str!("quickstart/gallery/frame.html")
        .replace("%LANG%", lang)
        .replace("%DIR%", if lang == "ar" { "rtl" } else { "ltr" })
        .replace("%THEME%", pick("theme", &["auto", "light", "dark"]));
    framed(html, "frame-ancestors 'self'")
}

async fn gallery_file(Path(file): Path<String>) -> Result<impl IntoResponse, StatusCode> {
    let script = match file.as_str() {
        "gallery.js" => include_str!("quickstart/gallery/gallery.js"),
        "frame.js" => include_str!("quickstart/gallery/frame.js"),
        "stories.js" => include_str!("quickstart/gallery/stories.js"),
        "fake.mjs" => include_str!("../web/testing/fake.mjs"),
        "fake-desk.mjs" => include_str!("../web/testing/fake-desk.mjs"),
        "fake-tickets.mjs" => include_str!("../web/testing/fake-tickets.mjs"),
        "fake-help.mjs" => include_str!("../web/testing/fake-help.mjs"),
        "fake-forms.mjs" => include_str!("../web/testing/fake-forms.mjs"),
        "fake-mail.mjs" => include_str!("../web/testing/fake-mail.mjs"),
        "fake-rules.mjs" => include_str!("../web/testing/fake-rules.mjs"),
        _ => return Err(StatusCode::NOT_FOUND),
    };
    Ok(page(script, "text/javascript; charset=utf-8"))
}

fn framed(html: String, frames: &str) -> impl IntoResponse {
    ([(header::CONTENT_SECURITY_POLICY, format!("{POLICY}; {frames}"))], Html(html))
}

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
                      require-trusted-types-for 'script'; trusted-types engage";

/// A page under the strictest policy that a site can have: engage needs no exception from it.
fn page(content: &'static str, kind: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind), (header::CONTENT_SECURITY_POLICY, POLICY)], Html(content))
}
