//! Sentinels, which say which server is the primary.

use std::sync::Arc;

use engage_core::{Error, Result};
use redis::sentinel::{SentinelClient, SentinelNodeConnectionInfo, SentinelServerType};
use redis::{Client, ConnectionAddr, IntoConnectionInfo, TlsMode};
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::target::{CONNECT, bad_url, info};

/// The sentinels of one service.
pub(crate) struct Sentinels(Mutex<SentinelClient>);

impl Sentinels {
    /// `service` is the URL of a server with the service's name for its host: user, password, database and TLS are those of
    /// the servers. The sentinels have URLs with credentials of their own.
    ///
    /// # Errors
    /// `Invalid`, when a URL cannot be used, the one of the service has a port, or there is no sentinel.
    pub(crate) fn new<'a>(service: &str, sentinels: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        // A port would say that somebody took a server's address for the service's name.
        let authority = service.split_once("://").map_or("", |(_, rest)| rest);
        let host = authority.split(['/', '?']).next().unwrap_or_default().rsplit('@').next().unwrap_or_default();
        if host.is_empty() || host.contains(':') {
            return Err(Error::invalid("/redis", "service", "must be the name of a service, without a port"));
        }
        let servers = info(service)?;
        let settings =
            SentinelNodeConnectionInfo::default().set_redis_connection_info(servers.redis_settings().clone());
        let (name, settings) = match servers.addr() {
            ConnectionAddr::Tcp(name, _) => (name, settings),
            ConnectionAddr::TcpTls { host, insecure, .. } => {
                (host, settings.set_tls_mode(if *insecure { TlsMode::Insecure } else { TlsMode::Secure }))
            }
            _ => return Err(bad_url()),
        };
        let sentinels: Vec<_> = sentinels
            .into_iter()
            .map(|url| url.into_connection_info().map_err(|_| bad_url()))
            .collect::<Result<_>>()?;
        let client = SentinelClient::build(sentinels, name.clone(), Some(settings), SentinelServerType::Master);
        Ok(Self(Mutex::new(client.map_err(|_| bad_url())?)))
    }

    /// The server that a sentinel names, and that itself says that it is a primary; with its address.
    ///
    /// # Errors
    /// `Unavailable`, when there is none within twice [`CONNECT`].
    pub(crate) async fn primary(&self) -> Result<(Client, Arc<str>)> {
        let ask = async { self.0.lock().await.async_get_client().await };
        let client = timeout(CONNECT * 2, ask).await.map_err(|_| Error::unavailable("no sentinel answered in time"))?;
        let client = client.map_err(Error::unavailable)?;
        let address = client.get_connection_info().addr().to_string().into();
        Ok((client, address))
    }
}
