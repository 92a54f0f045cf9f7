-- For wrk: sends one body again and again. wrk … -s send.lua URL -- CONTENT-TYPE BODY
function init(args)
  wrk.method = "POST"
  wrk.headers["Content-Type"] = args[1]
  wrk.body = args[2]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('\nRESULT {"rate":%.1f,"p99Ms":%.3f,"failed":%d}\n',
    summary.requests / summary.duration * 1e6, latency:percentile(99) / 1000,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
