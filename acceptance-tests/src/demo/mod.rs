//! The walks of `make demo` over examples as they stand: they show what the provider promises and
//! fail where a promise is broken.

mod flink;
mod kubernetes;
mod story;
mod telling;

pub use flink::walk as on_flink;
pub use kubernetes::walk as on_kubernetes;
