// Imported into a function under test: its clock jumps an hour forth and back, again and again.
const JUMP_EVERY_MS = 500;

const now = Date.now;
Date.now = () => {
  const isAhead = Math.floor(performance.now() / JUMP_EVERY_MS) % 2 === 0;
  return now() + (isAhead ? 3_600_000 : -3_600_000);
};
