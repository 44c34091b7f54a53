//! Named steps with their times, and the summary that ends every long command.

use std::time::{Duration, Instant};

use crate::shell::Result;

/// What has been run so far.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    done: Vec<Step>,
}

#[derive(Debug)]
struct Step {
    name: String,
    time: Duration,
    error: Option<String>,
}

impl Steps {
    /// Runs one step and notes its time; a failure is noted and returned.
    pub(crate) fn run<T>(&mut self, name: &str, step: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("\n=== {name}");
        let start = Instant::now();
        let result = step();
        let error = result.as_ref().err().map(ToString::to_string);
        if let Some(error) = &error {
            println!("--- {name} failed: {error}");
        }
        self.done.push(Step { name: name.to_owned(), time: start.elapsed(), error });
        result
    }

    /// Prints all steps; an error when one of them failed, or none was run.
    pub(crate) fn finish(&self, what: &str) -> Result {
        println!("\n=== {what}");
        for Step { name, time, error } in &self.done {
            println!("{} {:>7.1} s  {name}", if error.is_some() { "FAILED" } else { "ok    " }, time.as_secs_f64());
        }
        let total: Duration = self.done.iter().map(|step| step.time).sum();
        println!("       {:>7.1} s  in all", total.as_secs_f64());
        let failed: Vec<_> = self.done.iter().filter(|step| step.error.is_some()).map(|s| s.name.as_str()).collect();
        match failed.as_slice() {
            [] if self.done.is_empty() => Err(format!("{what}: nothing was run").into()),
            [] => Ok(()),
            names => Err(format!("{what}: failed at {}", names.join(", ")).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failed_step_fails_the_whole() {
        let mut steps = Steps::default();
        assert_eq!(steps.run("good", || Ok(7)).unwrap(), 7);
        steps.finish("all").unwrap();
        steps.run::<()>("bad", || Err("broken".into())).unwrap_err();
        steps.run("later", || Ok(())).unwrap();
        let error = steps.finish("all").unwrap_err().to_string();
        assert!(error.contains("bad") && !error.contains("later"), "{error}");
    }

    #[test]
    fn nothing_run_is_not_a_success() {
        Steps::default().finish("all").unwrap_err();
    }
}
