//! The quickstart on actix-web: a visitor and an agent on a SQLite file.
//!
//! `cargo run --example actix`, then open the two links that it prints. `QUICKSTART_ADDR`, `QUICKSTART_DATABASE` and
//! `QUICKSTART_WITHOUT_LIMITS` mean what they mean for the quickstart.
#![allow(clippy::print_stdout, reason = "an example speaks to whoever runs it")]

use std::convert::Infallible;
use std::env;
use std::time::Duration;

use actix_web::cookie::Cookie;
use actix_web::http::header;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use engage::actix::{AppExt as _, EngageRoutes as _};
use engage::{Engage, Identity};

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = env::var("QUICKSTART_ADDR").unwrap_or_else(|_| "127.0.0.1:3001".to_owned());
    let database = env::var("QUICKSTART_DATABASE").unwrap_or_else(|_| "sqlite://target/actix.db".to_owned());

    // Once, outside the factory that each worker runs.
    let builder = Engage::builder(engage::connect(&database).await?).site("Acme");
    let builder = match env::var_os("QUICKSTART_WITHOUT_LIMITS") {
        Some(_) => builder.without_rate_limits(),
        None => builder,
    };
    let engage = builder.build().await?;

    let mounted = engage.clone();
    let server = HttpServer::new(move || {
        App::new()
            .route("/", web::get().to(home))
            .route("/style.css", web::get().to(style))
            .route("/sign-in/ada", web::get().to(sign_in))
            .engage("/engage", mounted.routes())
            .engage("/admin/engage", mounted.admin_routes().identity(staff))
    })
    .bind(&address)?;
    println!("\n  visitor  http://{address}/\n  agent    http://{address}/sign-in/ada\n");
    server.run().await?;
    engage.shutdown(Duration::from_secs(10)).await;
    Ok(())
}

/// What the host knows of whoever asks: here, by a cookie that anybody could set. Use real sessions.
async fn staff(request: HttpRequest) -> Result<Option<Identity>, Infallible> {
    let signed_in = request.cookie("quickstart-staff").is_some_and(|cookie| cookie.value() == "ada");
    Ok(signed_in.then(|| Identity::admin("ada").name("Ada Lovelace")))
}

async fn sign_in() -> HttpResponse {
    let cookie = Cookie::build("quickstart-staff", "ada").path("/").http_only(true).finish();
    HttpResponse::SeeOther().cookie(cookie).insert_header((header::LOCATION, "/admin/engage/")).finish()
}

async fn home() -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(include_str!("quickstart/index.html"))
}

async fn style() -> HttpResponse {
    HttpResponse::Ok().content_type("text/css").body(include_str!("quickstart/style.css"))
}
