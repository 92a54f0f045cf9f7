// Prints the milliseconds from the first import to the first prediction.
const startMs = performance.now();
const { predictOnce } = await import('./predict-once.ts');
await predictOnce('model-files/flight-delay');
process.stdout.write(String(performance.now() - startMs));
