//! A host on actix with data, layers, routes and a default service of its own.

use std::future::Future;

use actix_web::body::MessageBody;
use actix_web::dev::{ServerHandle, ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::{Next, from_fn};
use actix_web::{App, Error, HttpRequest, HttpResponse, HttpServer, web};
use engage_actix::{AppExt as _, EngageRoutes as _, Routes};
use engage_core::{Engage, Identity};
use engage_http::Side;
use engage_http::wire::ClientFrame;
use engage_testkit::http::{Directory, Endpoint, Host, Server, Setup, variants};
use tokio::sync::oneshot;

use crate::databases::Guard;

/// The host's own state.
#[derive(Clone)]
struct AppState {
    greeting: &'static str,
    directory: Directory,
}

/// Hosts over a kind of database.
pub(crate) fn on<F>(database: impl Fn(Setup) -> F + Clone + Send + Sync + 'static) -> Host
where
    F: Future<Output = (Engage, Guard)> + Send + 'static,
{
    let endpoints = engage_http::routes::routes().into_iter().map(|route| Endpoint {
        method: route.method.to_string(),
        path: route.path.to_owned(),
        site: route.side != Some(Side::Admin),
        admin: route.side != Some(Side::Site),
    });
    let start = move |setup: Setup| {
        let database = database.clone();
        async move {
            let (started, address) = oneshot::channel();
            let for_server = setup.clone();
            // As under `#[actix_web::main]`: engage is built and served on actix's own runtime.
            std::thread::spawn(move || {
                actix_web::rt::System::new().block_on(async move {
                    let (engage, guard) = database(for_server.clone()).await;
                    serve(engage, for_server, guard, started).await;
                });
            });
            let server: Server = address.await.expect("the server starts");
            server
        }
    };
    Host::new(start, endpoints.collect(), variants::<ClientFrame>())
}

async fn serve(engage: Engage, setup: Setup, guard: Guard, started: oneshot::Sender<Server>) {
    let (mounted, for_apps) = (engage.clone(), setup.clone());
    let server = HttpServer::new(move || {
        let state = AppState { greeting: "the host's own", directory: for_apps.directory.clone() };
        let app = App::new()
            .app_data(web::Data::new(state))
            .wrap(from_fn(mark))
            .route("/own", web::get().to(own))
            .default_service(web::to(|| async { HttpResponse::NotFound().body("nothing of the host's") }));
        let site = identified(mounted.routes(), &for_apps);
        let admin = identified(mounted.admin_routes(), &for_apps);
        let (at_site, at_admin) = (&for_apps.site_mount, &for_apps.admin_mount);
        match &for_apps.nest {
            Some(prefix) => app.service(web::scope(prefix).engage(at_site, site).engage(at_admin, admin)),
            None => app.engage(at_site, site).engage(at_admin, admin),
        }
    });
    let server = server.workers(2).disable_signals().shutdown_timeout(60).bind("127.0.0.1:0").unwrap();
    let address = server.addrs()[0];
    let running = server.run();
    let (guard, handle) = ((Running(running.handle()), guard), running.handle());
    let server = Server::new(address, engage, setup, guard, async move { handle.stop(true).await });
    assert!(started.send(server).is_ok(), "somebody waits for the server");
    running.await.unwrap();
}

async fn own(state: web::Data<AppState>) -> &'static str {
    state.greeting
}

/// The host's own extractors, its data among them.
async fn identify(state: web::Data<AppState>, request: HttpRequest) -> Result<Option<Identity>, std::io::Error> {
    state.directory.identify(request.headers().get(Directory::HEADER).and_then(|value| value.to_str().ok()))
}

fn identified(routes: Routes, setup: &Setup) -> Routes {
    if setup.identity { routes.identity(identify) } else { routes }
}

/// The host's own layer.
async fn mark(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let mut response = next.call(request).await?;
    response.headers_mut().insert(HeaderName::from_static("x-host"), HeaderValue::from_static("actix"));
    Ok(response)
}

struct Running(ServerHandle);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.stop(false));
    }
}
