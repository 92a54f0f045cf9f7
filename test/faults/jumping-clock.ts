// Imported into a function under test: its clock jumps an hour forth and back, again and again.
const now = Date.now;
let asked = 0;
Date.now = () => {
  asked += 1;
  return now() + (Math.floor(asked / 20) % 2 === 0 ? 3_600_000 : -3_600_000);
};
