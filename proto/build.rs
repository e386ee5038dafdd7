//! Generates the types, servers and clients of `proto/*.proto`, without a protoc.

use std::{env, error::Error, fs, path::PathBuf};

const FILES: [&str; 3] = ["tfplugin6.proto", "plugin.proto", "health.proto"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=proto");
    let mut compiler = protox::Compiler::new(["proto"])?;
    compiler.include_imports(true).include_source_info(true).open_files(FILES)?;
    tonic_prost_build::configure()
        .build_transport(false) // who connects, and how, is not the wire's concern
        .generate_default_stubs(true) // what a provider leaves out is answered UNIMPLEMENTED
        .compile_fds(compiler.file_descriptor_set())?;
    let out = PathBuf::from(env::var("OUT_DIR")?).join("descriptors.bin");
    Ok(fs::write(out, compiler.encode_file_descriptor_set())?)
}
