"""What people read of a plan or a preview."""
