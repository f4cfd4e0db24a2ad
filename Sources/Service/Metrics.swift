// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Counts what the service does, for `/metrics` (Prometheus text format 0.0.4).
final class Metrics: Sendable {
    /// Upper bounds of the histogram's buckets, in seconds.
    private static let bounds = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]

    private struct Series: Hashable {
        let method: String
        let route: String
        let status: Int
    }

    private struct Histogram {
        var buckets = [Int](repeating: 0, count: bounds.count)
        var count = 0
        var sum = 0.0

        mutating func add(_ seconds: Double) {
            count += 1
            sum += seconds
            if let place = bounds.firstIndex(where: { seconds <= $0 }) { buckets[place] += 1 }
        }

        func lines(_ name: String, labels: String) -> [String] {
            var below = 0
            let comma = labels.isEmpty ? "" : ","
            let braced = labels.isEmpty ? "" : "{\(labels)}"
            var lines = zip(bounds, buckets).map { bound, count in
                below += count
                return "\(name)_bucket{\(labels)\(comma)le=\"\(bound)\"} \(below)"
            }
            lines.append("\(name)_bucket{\(labels)\(comma)le=\"+Inf\"} \(count)")
            lines.append("\(name)_sum\(braced) \(sum)")
            lines.append("\(name)_count\(braced) \(count)")
            return lines
        }
    }

    private struct State {
        var requests: [Series: Int] = [:]
        var latency: [String: Histogram] = [:]
        var commits = Histogram()
        var batches = 0
        var walBytes = 0
    }

    private let state = Mutex(State())

    /// Counts an answer of a route, which is named by its template, never by the path.
    func count(method: String, route: String, status: Int, seconds: Double) {
        state.withLock { state in
            state.requests[Series(method: method, route: route, status: status), default: 0] += 1
            state.latency[route, default: Histogram()].add(seconds)
        }
    }

    /// Counts a commit.
    func count(commitOf requests: Int, seconds: Double, walBytes: Int) {
        state.withLock { state in
            state.commits.add(seconds)
            state.batches += requests
            state.walBytes = walBytes
        }
    }

    /// All of it; the gauges are read now.
    func text(queueLength: Int, openConnections: Int) -> String {
        let state = state.withLock { $0 }
        var lines = ["# TYPE guanxi_requests_total counter"]
        for (series, count) in state.requests.sorted(by: { Self.order($0.key, $1.key) }) {
            let labels = "method=\"\(series.method)\",route=\"\(series.route)\""
            lines.append("guanxi_requests_total{\(labels),status=\"\(series.status)\"} \(count)")
        }
        lines.append("# TYPE guanxi_request_seconds histogram")
        for (route, histogram) in state.latency.sorted(by: { $0.key < $1.key }) {
            lines += histogram.lines("guanxi_request_seconds", labels: "route=\"\(route)\"")
        }
        lines.append("# TYPE guanxi_commit_seconds histogram")
        lines += state.commits.lines("guanxi_commit_seconds", labels: "")
        lines.append("# TYPE guanxi_committed_requests_total counter")
        lines.append("guanxi_committed_requests_total \(state.batches)")
        lines.append("# TYPE guanxi_wal_bytes gauge")
        lines.append("guanxi_wal_bytes \(state.walBytes)")
        lines.append("# TYPE guanxi_writer_queue_length gauge")
        lines.append("guanxi_writer_queue_length \(queueLength)")
        lines.append("# TYPE guanxi_open_connections gauge")
        lines.append("guanxi_open_connections \(openConnections)")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func order(_ one: Series, _ other: Series) -> Bool {
        (one.route, one.method, one.status) < (other.route, other.method, other.status)
    }
}
