// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Counts what the service does, for `/metrics` (Prometheus text format 0.0.4).
final class Metrics: Sendable {
    /// Upper bounds of the histogram's buckets, in seconds.
    private static let bounds = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]

    /// What is counted of one route.
    private struct Route {
        /// By method and status, of which a route answers few.
        var answers: [(method: String, status: Int, count: Int)] = []
        var latency = Histogram()

        mutating func add(method: String, status: Int, seconds: Double) {
            latency.add(seconds)
            for index in answers.indices
            where answers[index].status == status && answers[index].method == method {
                answers[index].count += 1
                return
            }
            answers.append((method, status, 1))
        }

        func adding(_ other: Route) -> Route {
            var sum = self
            sum.latency.add(other.latency)
            for answer in other.answers {
                let index = sum.answers.firstIndex {
                    $0.status == answer.status && $0.method == answer.method
                }
                if let index {
                    sum.answers[index].count += answer.count
                } else {
                    sum.answers.append(answer)
                }
            }
            return sum
        }
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

        mutating func add(_ other: Histogram) {
            for index in buckets.indices { buckets[index] += other.buckets[index] }
            count += other.count
            sum += other.sum
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
        var routes: [String: Route] = [:]
        var commits = Histogram()
        var batches = 0
        var walBytes = 0

        mutating func add(_ other: State) {
            routes.merge(other.routes) { $0.adding($1) }
            commits.add(other.commits)
            batches += other.batches
            walBytes += other.walBytes
        }
    }

    private let state = Mutex(State())

    /// Counts an answer of a route, which is named by its template, never by the path.
    func count(method: String, route: String, status: Int, seconds: Double) {
        state.withLock { state in
            state.routes[route, default: Route()]
                .add(method: method, status: status, seconds: seconds)
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

    /// What all of them have counted, in one text; the gauges are read now.
    static func text(
        _ all: [Metrics],
        queueLength: Int,
        openConnections: Int,
        refusesChanges: Bool,
        freeBytes: Int?
    ) -> String {
        let state = all.reduce(into: State()) { sum, metrics in
            sum.add(metrics.state.withLock { $0 })
        }
        var lines = ["# TYPE guanxi_requests_total counter"]
        let routes = state.routes.sorted { $0.key < $1.key }
        for (name, route) in routes {
            for answer in route.answers.sorted(by: {
                ($0.method, $0.status) < ($1.method, $1.status)
            }) {
                let labels = "method=\"\(answer.method)\",route=\"\(name)\""
                lines.append(
                    "guanxi_requests_total{\(labels),status=\"\(answer.status)\"} \(answer.count)"
                )
            }
        }
        lines.append("# TYPE guanxi_request_seconds histogram")
        for (name, route) in routes {
            lines += route.latency.lines("guanxi_request_seconds", labels: "route=\"\(name)\"")
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
        lines.append("# TYPE guanxi_changes_refused gauge")
        lines.append("guanxi_changes_refused \(refusesChanges ? 1 : 0)")
        if let freeBytes {
            lines.append("# TYPE guanxi_disk_free_bytes gauge")
            lines.append("guanxi_disk_free_bytes \(freeBytes)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
