// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import Routing
import SQLite

/// What the operations on the service itself ask of it.
package struct SystemStatus: Sendable {
    /// Why the service cannot work now; nil if it can.
    let obstacle: @Sendable () -> String?
    /// Why changes are refused, while reads are answered; nil if they are not.
    let refusal: @Sendable () -> String?
    /// The metrics as Prometheus text.
    let metrics: @Sendable () -> String
    /// Whether the metrics are shown without a token.
    let opensMetrics: Bool

    package init(
        obstacle: @escaping @Sendable () -> String? = { nil },
        refusal: @escaping @Sendable () -> String? = { nil },
        metrics: @escaping @Sendable () -> String = { "" },
        opensMetrics: Bool = false
    ) {
        self.obstacle = obstacle
        self.refusal = refusal
        self.metrics = metrics
        self.opensMetrics = opensMetrics
    }
}

/// The operations on the service itself.
struct SystemRoutes {
    private let status: SystemStatus

    init(status: SystemStatus) {
        self.status = status
    }

    var all: [APIRoute] {
        [health, readiness, metrics, problemIndex, problem]
    }

    private static let tag = "Service"

    private var health: APIRoute {
        .read(
            .get,
            "/healthz",
            name: "getHealth",
            summary: "Tells that the process is up",
            tag: Self.tag,
            scope: nil,
            takes: .nothing,
            returns: .text("text/plain; charset=utf-8", "The process is up.")
        ) { _, _, _ in Array("ok\n".utf8) }
    }

    private var readiness: APIRoute {
        .read(
            .get,
            "/readyz",
            name: "getReadiness",
            summary: "Tells whether requests can be answered",
            tag: Self.tag,
            scope: nil,
            takes: .nothing,
            returns: .text("text/plain; charset=utf-8", "Requests can be answered.")
        ) { [status] _, _, _ in
            if let obstacle = status.obstacle() { throw Problem(.unavailable, obstacle) }
            guard let refusal = status.refusal() else { return Array("ready\n".utf8) }
            return Array("ready for reading; changes are refused: \(refusal)\n".utf8)
        }
    }

    private var metrics: APIRoute {
        .read(
            .get,
            "/metrics",
            name: "getMetrics",
            summary: "Shows the metrics as Prometheus text",
            tag: Self.tag,
            scope: status.opensMetrics ? nil : Scope.metricsRead.rawValue,
            takes: .nothing,
            returns: .text("text/plain; version=0.0.4; charset=utf-8", "The metrics.")
        ) { [status] _, _, _ in Array(status.metrics().utf8) }
    }

    private var problemIndex: APIRoute {
        .read(
            .get,
            "/problems",
            name: "listProblems",
            summary: "Lists the kinds of problems as a page",
            tag: Self.tag,
            scope: nil,
            takes: .nothing,
            returns: .page("The list.")
        ) { _, _, _ in ProblemPage.index(of: API.problems) }
    }

    private var problem: APIRoute {
        .read(
            .get,
            "/problems/{slug}",
            String.self,
            name: "getProblem",
            summary: "Explains a kind of problem as a page",
            tag: Self.tag,
            scope: nil,
            takes: .nothing,
            returns: .page("The explanation.")
        ) { _, _, _, slug in
            guard let kind = API.problems.first(where: { $0.slug == slug }) else {
                throw Problem(.notFound)
            }
            return ProblemPage.page(of: kind)
        }
    }
}

/// The operations that show the document of all operations.
enum DocumentRoutes {
    static func document(_ text: String) -> APIRoute {
        let bytes = Array(text.utf8)
        return .read(
            .get,
            "/openapi.json",
            name: "getOpenAPI",
            summary: "Shows the OpenAPI document",
            tag: "Service",
            scope: nil,
            takes: .nothing,
            returns: .text("application/json", "The OpenAPI 3.1 document.")
        ) { _, _, _ in bytes }
    }
}
