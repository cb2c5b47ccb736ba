//! An invented house on disk, and the program that serves it.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use store::{Engine, Settings, Store, SystemClock};

/// Where a house is kept.
pub struct Place {
    /// The data folder.
    pub data: PathBuf,
    /// Its key.
    key: PathBuf,
    /// Where the program's own words go.
    log: PathBuf,
}

/// The program, serving. It is killed when this is dropped.
pub struct Running {
    child: Child,
    /// Where it listens: `127.0.0.1:port`.
    pub address: String,
}

impl Place {
    /// An invented house in a data folder; its key and the log are in another, `beside`.
    pub fn invented(data: PathBuf, beside: &Path, beds: u16) -> Self {
        let place = Self { data, key: beside.join("house.key"), log: beside.join("program.log") };
        let made = place.program().args(["demo", "--beds", &beds.to_string(), "--years", "0"]).output().unwrap();
        assert!(made.status.success(), "the invented house: {}", String::from_utf8_lossy(&made.stderr));
        place
    }

    /// The program on this house, told nothing by the surroundings of the test.
    pub fn program(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_veilleuse"));
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("VEILLEUSE_")) {
            command.env_remove(name);
        }
        command.arg("--data").arg(&self.data).arg("--key-file").arg(&self.key).stdin(Stdio::null());
        command
    }

    /// Starts serving; returns when the program says where it listens.
    pub fn serve(&self) -> Running {
        self.serve_if_it_can().unwrap_or_else(|| panic!("the program does not listen: {}", self.last_words()))
    }

    /// Starts the program and does not wait for it.
    pub fn spawn(&self) -> Child {
        let log = File::options().create(true).append(true).open(&self.log).unwrap();
        let mut command = self.program();
        command.args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).stderr(log);
        command.spawn().unwrap()
    }

    fn serve_if_it_can(&self) -> Option<Running> {
        let mut child = self.spawn();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let address = said.find_map(|line| {
            let (_, rest) = line.split_once("http://")?;
            Some(rest.trim_end_matches(|c: char| !c.is_ascii_digit()).to_owned())
        });
        match address {
            Some(address) => Some(Running { child, address }),
            None => {
                child.kill().ok();
                child.wait().ok();
                None
            }
        }
    }

    /// The end of the program's log.
    pub fn last_words(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(12)..].join("\n")
    }

    /// Runs `veilleuse check`, which must find everything whole.
    pub fn check(&self) -> String {
        let checked = self.program().arg("check").output().unwrap();
        assert!(checked.status.success(), "check: {}", String::from_utf8_lossy(&checked.stderr));
        String::from_utf8_lossy(&checked.stdout).trim().to_owned()
    }

    /// The files of the data as they lie, copied into an empty folder and opened there: what a look at
    /// them writes cannot help or harm the house itself.
    pub async fn open_copy(&self, into: &Path) -> Store {
        fs::remove_dir_all(into).ok();
        fs::DirBuilder::new().recursive(true).mode(0o700).create(into).unwrap();
        for name in ["veilleuse.db", "veilleuse.db-wal"] {
            if let Ok(mut from) = File::open(self.data.join(name)) {
                let to = File::options().create_new(true).write(true).mode(0o600).open(into.join(name));
                std::io::copy(&mut from, &mut to.unwrap()).unwrap();
            }
        }
        let engine = Engine::Embedded { dir: into.to_owned() };
        Store::open(&Settings { engine, key_file: self.key.clone() }, SystemClock).await.expect("the copy opens")
    }

    /// The house opened by the test itself, while no program has it.
    pub async fn open(&self) -> Store {
        let engine = Engine::Embedded { dir: self.data.clone() };
        Store::open(&Settings { engine, key_file: self.key.clone() }, SystemClock).await.expect("the house opens")
    }
}

impl Running {
    /// Whether it has not stopped by itself.
    pub fn is_alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// SIGKILL: nothing more is done, nothing is said.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM: what is under way ends, the file is left whole.
    pub fn stop(mut self) {
        let told = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(told.success());
        for _ in 0..300 {
            if let Some(status) = self.child.try_wait().unwrap() {
                assert!(status.success(), "stopped with {status}");
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("it does not stop when told to");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// What the machine is, for the figures.
pub fn machine(folder: &Path) -> String {
    let said = |program: &str, args: &[&str]| {
        let out = Command::new(program).args(args).output();
        out.map(|out| String::from_utf8_lossy(&out.stdout).lines().last().unwrap_or_default().trim().to_owned())
            .unwrap_or_default()
    };
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let file_system = said("df", &["--output=fstype", &folder.to_string_lossy()]);
    format!("kernel {}, {file_system}", kernel.trim())
}

/// A number told by the environment.
#[expect(clippy::disallowed_methods, reason = "how long a test runs is told by its environment")]
pub fn told(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is not a number: {text}")))
}

/// The seed of a run: told, or new; printed so that the run can be had again.
pub fn seed() -> u64 {
    told("VEILLEUSE_SEED").unwrap_or_else(|| fastrand::u64(..))
}
