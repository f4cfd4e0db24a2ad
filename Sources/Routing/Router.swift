// SPDX-License-Identifier: Apache-2.0
package import HTTP

/// Finds the route of a request in a tree of path segments.
package struct Router<Reader, Writer>: Sendable {
    package enum Match: Sendable {
        case found(Route<Reader, Writer>, pathValues: [String])
        /// The path is known and the method is not one of those it has.
        case wrongMethod(allowed: [Method])
        case unknownPath
        /// The path is wrong by itself, whatever the routes are; the detail says how.
        case malformedPath(String)
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
    ///
    /// A segment is decoded after the path has been split (RFC 3986, section 2.4), so that `%2F`
    /// stays inside it.
    package func match(_ method: Method, _ path: String) -> Match {
        guard path.hasPrefix("/") else { return .unknownPath }
        var values: [String] = []
        var place: Int? = 0
        for raw in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            let isPlain = !raw.utf8.contains(UInt8(ascii: "%"))
            let decoded = isPlain ? String(raw) : PercentEncoding.decode(raw, plusIsSpace: false)
            guard let segment = decoded else {
                return .malformedPath("the path has a bad escape, U+0000 or broken UTF-8")
            }
            // RFC 3986, section 6.2.2.3: a proxy may remove them and judge another path by its
            // rules than the one that would be answered here.
            guard segment != ".", segment != ".." else {
                return .malformedPath("the path has a dot segment, “\(segment)”")
            }
            place = place.flatMap { next(after: $0, segment, &values) }
        }
        guard let place, !places[place].routes.isEmpty else { return .unknownPath }
        let routes = places[place].routes
        guard let route = routes[method == .head ? .get : method] else {
            return .wrongMethod(allowed: Self.allowed(routes))
        }
        return .found(route, pathValues: values)
    }

    private func next(after place: Int, _ segment: String, _ values: inout [String]) -> Int? {
        if let next = places[place].literals[segment] { return next }
        guard let next = places[place].parameter, !segment.isEmpty else { return nil }
        values.append(segment)
        return next
    }

    private static func allowed(_ routes: [Method: Route<Reader, Writer>]) -> [Method] {
        Method.allCases.filter { method in
            routes[method] != nil || method == .options || (method == .head && routes[.get] != nil)
        }
    }
}
