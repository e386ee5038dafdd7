use terraform_derive::Model;

#[derive(Model)]
enum Job {
    Running,
}

fn main() {}
