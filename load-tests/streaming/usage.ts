// Loaded into each contender: tells what its process has used when it is asked, and ends it with its parent.
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ rssBytes: process.memoryUsage.rss(), cpuMicroseconds: user + system });
});
process.on('disconnect', () => process.exit(0));
