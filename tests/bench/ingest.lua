-- Load for wrk: batches of twenty messages with time-ordered ids of their own, as the SDK sends them.
--
--   milepost serve --config demo-site/milepost.toml --data /tmp/bench-data --listen 127.0.0.1:4600
--   wrk -t1 -c64 -d10s --latency -s tests/bench/ingest.lua http://127.0.0.1:4600
--
-- Each thread counts its own ids; a run's ids start at the second it started, so runs do not repeat each other's.

local MESSAGES = 20
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init()
  sent = 0
  started = os.time()
  wrk.method = "POST"
  wrk.path = "/v1/batch"
  wrk.headers["Content-Type"] = "text/plain"
end

function request()
  local batch = {}
  for index = 1, MESSAGES do
    sent = sent + 1
    local id = string.format("0199%04x-%04x-7%03x-8%03x-%012x", math.floor(started / 65536) % 65536, started % 65536, number, 0, sent)
    batch[index] = string.format(
      '{"type":"track","event":"Event %d","userId":"user-%d","messageId":"%s","properties":{"total":%d,"currency":"EUR"},'
        .. '"context":{"page":{"path":"/invoices/%d","url":"https://app.example.com/invoices/%d"},"library":{"name":"milepost","version":"0.1.0"}}}',
      sent % 25, sent % 20011, id, sent % 500, sent % 1000, sent % 1000)
  end
  return wrk.format(nil, nil, nil, '{"writeKey":"wk_demo","batch":[' .. table.concat(batch, ",") .. "]}")
end

function done(summary)
  local messages = summary.requests * MESSAGES
  io.write(string.format("messages/s: %.0f, answers other than 200: %d\n", messages / (summary.duration / 1e6), summary.errors.status))
end
