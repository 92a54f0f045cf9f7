-- For wrk: one flight as the original service took it, a form with 37 features.
wrk.method = "POST"
wrk.body = "x=[0,1,0,0,0,1,0,1,0,0,0,1,0,0,0,1,0,1,0,1,0,1,0,0,0,1,0,0,0,1,0,0,0,1,0,0,0]"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"


function done(summary, latency)
  io.write(string.format("p50 %.2f ms, p99 %.2f ms, not 200: %d\n",
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, summary.errors.status))
end
