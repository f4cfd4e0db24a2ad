// SPDX-License-Identifier: Apache-2.0
package import HTTP

/// Finds the route of a request by its path, then by its method.
package struct Router<Reader, Writer>: Sendable {
    package enum Match: Sendable {
        case found(Route<Reader, Writer>, pathValues: [String])
        /// The path is known and the method is not one of those it has.
        case wrongMethod(allowed: [Method])
        case unknownPath
        /// The path is wrong by itself, whatever the routes are; the detail says how.
        case malformedPath(String)
    }

    private var tree = PathTree()
    /// The routes of each path, one for each method, at the path's number in the tree.
    private var routes: [[Route<Reader, Writer>]] = []

    /// Traps if two routes have the same method and path.
    package init(_ routes: [Route<Reader, Writer>]) {
        for route in routes {
            let number = tree.add(route.template)
            if number == self.routes.count { self.routes.append([]) }
            precondition(
                !self.routes[number].contains { $0.method == route.method },
                "\(route.method.rawValue) \(route.template.text) is declared twice"
            )
            self.routes[number].append(route)
        }
    }

    /// Finds what answers; HEAD is answered as GET (RFC 9110, section 9.3.2).
    package func match(_ method: Method, _ path: String) -> Match {
        switch tree.find(path) {
        case .unknown: return .unknownPath
        case .malformed(let detail): return .malformedPath(detail)
        case .found(let number, let values):
            let wanted = method == .head ? Method.get : method
            for route in routes[number] where route.method == wanted {
                return .found(route, pathValues: values)
            }
            return .wrongMethod(allowed: Self.allowed(routes[number].map(\.method)))
        }
    }

    private static func allowed(_ methods: [Method]) -> [Method] {
        Method.allCases.filter { method in
            methods.contains(method) || method == .options
                || (method == .head && methods.contains(.get))
        }
    }
}
