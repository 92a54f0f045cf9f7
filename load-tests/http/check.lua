-- For wrk: sends one body again and again, and checks each answer against the one that it must be.
-- wrk … -s check.lua URL -- CONTENT-TYPE BODY ANSWER [AUTHORIZATION]
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  wrk.method = "POST"
  wrk.headers["Content-Type"] = args[1]
  wrk.body = args[2]
  answer = args[3]
  if args[4] then wrk.headers["Authorization"] = args[4] end
  checked, wrong_status, wrong_body = 0, 0, 0
end

function response(status, headers, body)
  checked = checked + 1
  if status ~= 200 then
    wrong_status = wrong_status + 1
  elseif body ~= answer then
    wrong_body = wrong_body + 1
  end
end

function done(summary, latency, requests)
  local total = { checked = 0, wrong_status = 0, wrong_body = 0 }
  for _, thread in ipairs(threads) do
    for name, count in pairs(total) do total[name] = count + thread:get(name) end
  end
  local errors = summary.errors
  io.write(string.format(
    '\nRESULT {"requests":%d,"seconds":%.6f,"checked":%d,"wrongStatus":%d,"wrongBody":%d,"socketErrors":%d,' ..
      '"p50Ms":%.3f,"p90Ms":%.3f,"p99Ms":%.3f,"maxMs":%.3f}\n',
    summary.requests, summary.duration / 1e6, total.checked, total.wrong_status, total.wrong_body,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(90) / 1000, latency:percentile(99) / 1000,
    latency.max / 1000))
end
