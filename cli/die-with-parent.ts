// Loaded into the functions that `serve` starts. The channel to `serve` closes when that ends, even by kill -9:
// then the function ends too. What it had not acknowledged is delivered again.
process.on('disconnect', () => process.exit());
