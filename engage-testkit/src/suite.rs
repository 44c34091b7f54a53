//! How rules become tests.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// How long a rule may take. Far more than any needs, so that a hang is a failure and slowness is not.
const RULE_TIME: Duration = Duration::from_secs(120);

/// One rule of a suite, for harnesses that run rules by themselves.
pub struct Rule<World> {
    /// The rule, as its function is called.
    pub name: &'static str,
    check: fn(World) -> Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl<World> Rule<World> {
    #[doc(hidden)]
    pub fn new(name: &'static str, check: fn(World) -> Pin<Box<dyn Future<Output = ()> + Send>>) -> Self {
        Self { name, check }
    }

    /// Tries the rule on a fresh world. Panics when it does not hold.
    pub fn check(&self, world: World) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        (self.check)(world)
    }
}

impl<World> fmt::Debug for Rule<World> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Rule").field(&self.name).finish()
    }
}

/// Runs one rule on a runtime of its own with several threads, so that what is concurrent is so in earnest.
///
/// # Panics
/// When the rule does, or when it takes over two minutes.
pub fn run(rule: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build();
    runtime.expect("a runtime").block_on(async {
        tokio::time::timeout(RULE_TIME, rule).await.expect("the rule ends in time");
    });
}

/// The one list of a suite's rules: publishes them, lists them, and makes the macro that turns them into tests. A rule
/// that is not listed is dead code, and the compiler says so. The first token is `$`, for the macro within.
macro_rules! suite {
    ($d:tt $(#[$doc:meta])* $name:ident, $port:ident, $world:ty { $($rule:ident),* $(,)? }) => {
        suite! { $d $(#[$doc])* $name, $port, $world { rules: [$($rule),*] } }
    };
    ($d:tt $(#[$doc:meta])* $name:ident, $port:ident, $world:ty { $($module:ident: [$($rule:ident),* $(,)?]),* $(,)? }) => {
        $($(pub use $module::$rule;)*)*

        /// Every rule of the suite.
        pub fn rules() -> Vec<$crate::Rule<$world>> {
            vec![$($($crate::Rule::new(stringify!($rule), |world| Box::pin($rule(world))),)*)*]
        }

        $(#[$doc])*
        #[macro_export]
        macro_rules! $name {
            ($d fresh:expr) => {
                $($(
                    #[test]
                    fn $rule() {
                        $crate::run(async { $crate::$port::$rule(::core::convert::Into::into($d fresh.await)).await });
                    }
                )*)*
            };
        }
    };
}
