"""What operators do. One file for each thing that is acted on; all of them record who and why through the desk."""
