//! The mailer that speaks SMTP (RFC 5321) to one server.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use engage_core::mail::{Failure, FailureKind, Mail, Mailer};
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use parking_lot::Mutex;
use tokio::net::TcpStream;

use crate::mime::{address, mime};

/// How long everything before the mail may take, and then the mail itself. Both fit into what a mailer has.
const LONGEST: Duration = Duration::from_secs(22);
/// How many connections wait for the next mail: as many mails as leave at once.
const IDLE: usize = 8;

/// How the connection is kept from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Security {
    /// TLS from the first byte, port 465 (RFC 8314).
    #[default]
    Tls,
    /// TLS by `STARTTLS`, port 587. Never without: a server that does not offer it is refused.
    StartTls,
    /// None, port 25: for a server on the same machine.
    None,
}

/// Sends mails by a server. Connections are kept for the next mail. Cheap to clone.
#[derive(Clone)]
pub struct Smtp {
    host: String,
    port: Option<u16>,
    security: Security,
    login: Option<Credentials>,
    hello: Option<String>,
    root: Option<Certificate>,
    timeout: Duration,
    #[cfg(feature = "dkim")]
    dkim: Option<crate::Dkim>,
    idle: Arc<Mutex<Vec<AsyncSmtpConnection>>>,
}

impl Smtp {
    /// By the server of this name, over TLS on port 465.
    pub fn new(host: impl Into<String>) -> Self {
        Self {
            host: host.into(),
            port: None,
            security: Security::default(),
            login: None,
            hello: None,
            root: None,
            timeout: LONGEST,
            #[cfg(feature = "dkim")]
            dkim: None,
            idle: Arc::default(),
        }
    }

    /// Over another port than the usual one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// With this security.
    #[must_use]
    pub fn security(mut self, security: Security) -> Self {
        self.security = security;
        self
    }

    /// Logs in.
    #[must_use]
    pub fn login(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.login = Some(Credentials::new(user.into(), password.into()));
        self
    }

    /// Says this name of itself; without, `localhost`.
    #[must_use]
    pub fn hello(mut self, name: impl Into<String>) -> Self {
        self.hello = Some(name.into());
        self
    }

    /// Trusts this root besides Mozilla's, in PEM, for servers with certificates of their own.
    ///
    /// # Errors
    /// When it is no certificate.
    pub fn root(mut self, pem: &[u8]) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        self.root = Some(Certificate::from_pem(pem)?);
        Ok(self)
    }

    /// Waits so long, at most 22 s, for everything before a mail (connecting, TLS, login, the envelope), and as long again for
    /// the mail and the answer to it. What is late then is uncertain.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout.min(LONGEST);
        self
    }

    /// Signs each mail: for a server that does not.
    #[cfg(feature = "dkim")]
    #[cfg_attr(docsrs, doc(cfg(feature = "dkim")))]
    #[must_use]
    pub fn dkim(mut self, dkim: crate::Dkim) -> Self {
        self.dkim = Some(dkim);
        self
    }

    /// The mail as it leaves.
    fn written(&self, mail: &Mail) -> Result<Vec<u8>, Failure> {
        let bytes = mime(mail)?;
        #[cfg(feature = "dkim")]
        if let Some(dkim) = &self.dkim {
            // By the mail's own time: a repeat is the same.
            return dkim.signed(&bytes, mail.date.timestamp()).map_err(|_| Failure::later("dkim"));
        }
        Ok(bytes)
    }

    /// A connection that is ready for an envelope.
    async fn connection(&self) -> Result<AsyncSmtpConnection, Failure> {
        loop {
            let Some(mut kept) = self.idle.lock().pop() else { break };
            if kept.command(Rset).await.is_ok() {
                return Ok(kept);
            }
        }
        self.connect().await
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Failure> {
        let port = self.port.unwrap_or(match self.security {
            Security::Tls => 465,
            Security::StartTls => 587,
            Security::None => 25,
        });
        let hello = ClientId::Domain(self.hello.clone().unwrap_or_else(|| "localhost".to_owned()));
        let server = (self.host.as_str(), port);
        let connected = if self.security == Security::Tls {
            AsyncSmtpConnection::connect_tokio1(server, Some(self.timeout), &hello, Some(self.tls()?), None).await
        } else {
            // The end of a mail is written apart: it would wait until the other side says, a while later, that it has the mail.
            let stream = TcpStream::connect(server).await.and_then(|stream| stream.set_nodelay(true).map(|()| stream));
            let stream = stream.map_err(|_| Failure::later("smtp_connect"))?;
            AsyncSmtpConnection::connect_with_transport(Box::new(stream), &hello).await
        };
        let mut connection = connected.map_err(|error| later("connect", &error))?;
        if self.security == Security::StartTls {
            connection.starttls(self.tls()?, &hello).await.map_err(|error| later("starttls", &error))?;
        }
        if let Some(login) = &self.login {
            connection.auth(DEFAULT_MECHANISMS, login).await.map_err(|error| later("login", &error))?;
        }
        Ok(connection)
    }

    fn tls(&self) -> Result<TlsParameters, Failure> {
        let mut parameters = TlsParameters::builder(self.host.clone());
        if let Some(root) = &self.root {
            parameters = parameters.add_root_certificate(root.clone());
        }
        parameters.build_rustls().map_err(|error| later("tls", &error))
    }

    /// Up to where the server waits for the mail.
    async fn begin(&self, mail: &Mail) -> Result<AsyncSmtpConnection, Failure> {
        let (from, to) = (address(&mail.return_path)?, address(&mail.to.address)?);
        let mut connection = self.connection().await?;
        let mut options = Vec::new();
        if !mail.to.address.local().is_ascii() || !mail.return_path.local().is_ascii() {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                self.keep(connection);
                return Err(Failure::refused("no_smtputf8"));
            }
            options.push(MailParameter::SmtpUtfEight);
        }
        // That the sender is refused is not the recipient's fault, and an admin can mend it.
        let sender = connection.command(MailFrom::new(Some(from), options)).await;
        sender.map_err(|error| later("sender", &error))?;
        if let Err(error) = connection.command(Rcpt::new(to, Vec::new())).await {
            let refused = refused(&error);
            if error.is_permanent() || error.is_transient() {
                self.keep(connection);
            }
            return Err(refused);
        }
        connection.command(Data).await.map_err(|error| refused(&error))?;
        Ok(connection)
    }

    fn keep(&self, connection: AsyncSmtpConnection) {
        let mut idle = self.idle.lock();
        if idle.len() < IDLE && !connection.has_broken() {
            idle.push(connection);
        }
    }
}

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, mail: &Mail) -> Result<(), Failure> {
        let bytes = self.written(mail)?;
        let begun = tokio::time::timeout(self.timeout, self.begin(mail)).await;
        let mut connection = begun.map_err(|_| Failure::later("smtp_timeout"))??;
        // From here on nobody knows before the answer whether the server has it.
        match tokio::time::timeout(self.timeout, connection.message(&bytes)).await {
            Err(_) => Err(Failure::uncertain("smtp_timeout")),
            Ok(Ok(_)) => {
                self.keep(connection);
                Ok(())
            }
            Ok(Err(error)) if error.status().is_some() => Err(refused(&error)),
            Ok(Err(_)) => Err(Failure::uncertain("smtp_cut")),
        }
    }
}

/// Not accepted, and nobody's address is to blame.
fn later(what: &str, error: &lettre::transport::smtp::Error) -> Failure {
    let status = error.status().map(|status| format!("_{status}")).unwrap_or_default();
    Failure::later(format!("smtp_{what}{status}"))
}

/// What the server said to the recipient or the mail. Its words may name people, so only its numbers are kept.
fn refused(error: &lettre::transport::smtp::Error) -> Failure {
    let Some(status) = error.status() else { return later("cut", error) };
    let words = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    let enhanced = words.split_whitespace().find(|word| is_enhanced(word)).map(str::to_owned);
    let code = enhanced.iter().fold(format!("smtp_{status}"), |code, enhanced| format!("{code}_{enhanced}"));
    let kind = match enhanced.as_deref() {
        _ if error.is_transient() => FailureKind::Later,
        // Bad mailbox, bad system, syntax, moved, null MX (RFC 3463, 7505). A bare 550 may as well mean that we are blocked.
        Some("5.1.1" | "5.1.2" | "5.1.3" | "5.1.6" | "5.1.10") => FailureKind::NoSuchAddress,
        _ => FailureKind::Refused,
    };
    Failure::new(kind, code)
}

/// `class.subject.detail` (RFC 3463).
fn is_enhanced(word: &str) -> bool {
    let numbers: Vec<&str> = word.split('.').collect();
    let digits = |number: &&str| (1..=3).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    numbers.len() == 3 && matches!(numbers[0], "2" | "4" | "5") && numbers.iter().all(digits)
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smtp").field("host", &self.host).field("security", &self.security).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enhanced_codes_are_numbers() {
        for good in ["5.1.1", "4.7.650", "2.0.0"] {
            assert!(is_enhanced(good), "{good}");
        }
        for bad in ["", "5.1", "5.1.1.1", "3.1.1", "5.1.x", "5..1", "10.0.0.1", "5.1.1000", "<a@b.c>"] {
            assert!(!is_enhanced(bad), "{bad}");
        }
    }
}
