// SPDX-License-Identifier: Apache-2.0
import HTTP

extension Call {
    /// Refuses with 406 unless the client takes one of these media types.
    func demandAcceptance(of types: [String]) throws {
        guard let accept = request.fields["accept"], accept != "*/*",
            Negotiation.choose(among: types, accept: accept) == nil
        else { return }
        throw Problem(.notAcceptable, "there is " + types.joined(separator: ", "))
    }
}

/// Chooses among media types by an `Accept` field (RFC 9110, section 12.5.1).
enum Negotiation {
    private struct Range {
        let type: Substring
        /// In thousandths.
        let quality: Int

        init(_ text: Substring) {
            let parts = text.split(separator: ";").map { $0.trimmingSpaces().lowercased() }
            type = Substring(parts.first ?? "")
            // What is no weight is as if none were there: the type was named all the same.
            quality =
                parts.dropFirst().first { $0.hasPrefix("q=") }
                .flatMap { Self.weight($0.utf8.dropFirst(2)) } ?? 1000
        }

        /// `qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )` (section 12.4.2).
        private static func weight(_ text: Substring.UTF8View) -> Int? {
            let bytes = Array(text.prefix(6))
            guard let first = bytes.first, first == 0x30 || first == 0x31, bytes.count <= 5,
                bytes.count == 1 || bytes[1] == UInt8(ascii: ".")
            else { return nil }
            var weight = Int(first - 0x30) * 1000
            var place = 100
            for byte in bytes.dropFirst(2) {
                guard (0x30...0x39).contains(byte) else { return nil }
                weight += Int(byte - 0x30) * place
                place /= 10
            }
            return weight <= 1000 ? weight : nil
        }

        /// How closely the range names the type; nil if it does not.
        func precision(for mediaType: String) -> Int? {
            if type == mediaType { return 2 }
            if type == "*/*" { return 0 }
            let major = mediaType.prefix { $0 != "/" }
            return type == "\(major)/*" ? 1 : nil
        }
    }

    /// The first of the offers that the client likes best; nil if it takes none of them.
    static func choose(among offers: [String], accept: String?) -> String? {
        // Empty elements of a list count for nothing (section 5.6.1.2).
        let elements = (accept ?? "").split(separator: ",").filter { !$0.trimmingSpaces().isEmpty }
        guard !elements.isEmpty else { return offers.first }
        // More than so many are nobody's wish.
        let ranges = elements.prefix(100).map(Range.init)
        var best: (offer: String, quality: Int)?
        for offer in offers {
            let closest = ranges.compactMap { range in
                range.precision(for: offer).map { (precision: $0, quality: range.quality) }
            }
            .max { $0.precision < $1.precision }
            guard let quality = closest?.quality, quality > best?.quality ?? 0 else { continue }
            best = (offer, quality)
        }
        return best?.offer
    }
}
