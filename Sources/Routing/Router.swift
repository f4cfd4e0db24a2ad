// SPDX-License-Identifier: Apache-2.0
package import HTTP

/// Finds the route of a request in a tree of path segments.
package struct Router<Reader, Writer>: Sendable {
    package enum Match: Sendable {
        case found(Route<Reader, Writer>, pathValues: [String])
        /// The path is known and the method is not one of those it has.
        case wrongMethod(allowed: [Method])
        case unknownPath
    }

    /// A node of the tree; its children are named by their places in `places`.
    private struct Place: Sendable {
        var literals: [String: Int] = [:]
        var parameter: Int?
        var routes: [Method: Route<Reader, Writer>] = [:]
    }

    private var places: [Place] = [Place()]

    /// Traps if two routes have the same method and path.
    package init(_ routes: [Route<Reader, Writer>]) {
        for route in routes {
            var place = 0
            for segment in route.template.segments { place = child(of: place, for: segment) }
            precondition(
                places[place].routes.updateValue(route, forKey: route.method) == nil,
                "\(route.method.rawValue) \(route.template.text) is declared twice"
            )
        }
    }

    private mutating func child(of place: Int, for segment: PathTemplate.Segment) -> Int {
        let known: Int?
        switch segment {
        case .literal(let text): known = places[place].literals[text]
        case .parameter: known = places[place].parameter
        }
        if let known { return known }
        places.append(Place())
        let new = places.count - 1
        switch segment {
        case .literal(let text): places[place].literals[text] = new
        case .parameter: places[place].parameter = new
        }
        return new
    }

    /// Finds what answers; HEAD is answered as GET (RFC 9110, section 9.3.2).
    package func match(_ method: Method, _ path: String) -> Match {
        var values: [String] = []
        guard path.hasPrefix("/") else { return .unknownPath }
        var place = 0
        for raw in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            let isPlain = !raw.utf8.contains(UInt8(ascii: "%"))
            let decoded = isPlain ? String(raw) : PercentEncoding.decode(raw, plusIsSpace: false)
            guard let segment = decoded else { return .unknownPath }
            if let next = places[place].literals[segment] {
                place = next
            } else if let next = places[place].parameter, !segment.isEmpty {
                place = next
                values.append(segment)
            } else {
                return .unknownPath
            }
        }
        let routes = places[place].routes
        guard !routes.isEmpty else { return .unknownPath }
        guard let route = routes[method == .head ? .get : method] else {
            return .wrongMethod(allowed: Self.allowed(routes))
        }
        return .found(route, pathValues: values)
    }

    private static func allowed(_ routes: [Method: Route<Reader, Writer>]) -> [Method] {
        Method.allCases.filter { method in
            routes[method] != nil || method == .options || (method == .head && routes[.get] != nil)
        }
    }
}
