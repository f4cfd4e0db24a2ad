// SPDX-License-Identifier: Apache-2.0
import Testing

/// The form of files, names and comments.
@Suite struct FileTests {
    @Test func `each file says once under what licence it stands`() {
        #expect(SourceTree.sources.count > 100)
        for file in SourceTree.swift where file.module != "TidyTests" {
            let place = file.lines.firstIndex(of: "// SPDX-License-Identifier: Apache-2.0")
            // The manifest begins with the version of the tools.
            #expect(place == (file.name == "Package.swift" ? 1 : 0), "\(file.path)")
            #expect(file.lines.count { $0.contains("SPDX-License") } == 1, "\(file.path)")
        }
    }

    @Test func `each file ends in one line end`() {
        for file in SourceTree.swift + SourceTree.migrations + SourceTree.documents {
            #expect(file.lines.last == "", "\(file.path)")
            #expect(file.lines.dropLast().last != "", "\(file.path)")
            #expect(!file.lines.contains { $0.hasSuffix(" ") || $0.contains("\t") }, "\(file.path)")
        }
    }

    @Test func `what is left to do has the number of an issue`() {
        for file in SourceTree.swift where file.module != "TidyTests" {
            for line in file.lines where ["TODO", "FIXME", "XXX"].contains(where: line.contains) {
                #expect(line.contains(/\b(TODO|FIXME) \(#\d+\)/), "\(file.path): \(line)")
            }
        }
    }

    @Test func `no type has a name that says nothing`() {
        let pattern =
            #"\b(struct|class|enum|protocol|actor) \w*(Manager|Helper|Util|Impl|Common)s?\b"#
        for file in SourceTree.sources {
            #expect(file.places(of: pattern).isEmpty)
        }
    }

    /// Types whose names say it all.
    private static let plain: Set<String> = [
        "Body", "BodyLength", "DatabaseLockError", "HTTPDate", "NewPromise", "OrderDetails",
        "OrderFilter", "OrderLine", "OrderSorting", "Outcome", "ProductDetails", "ProductFilter",
        "ProductSorting", "Rerun", "ResponseBody", "StreamPiece", "TimelineSorting", "Version",
    ]

    @Test func `each type that other modules see says what it is`() {
        let pattern =
            /^(?:@\S+ )*package (?:final |indirect )*(?:struct|class|enum|protocol|typealias) (\w+)/
        for file in SourceTree.sources {
            for (place, line) in file.lines.enumerated() {
                guard let name = line.firstMatch(of: pattern)?.1, !Self.plain.contains(String(name))
                else { continue }
                let above = file.lines[..<place].last { !$0.hasPrefix("@") }
                #expect(above?.hasPrefix("///") == true, "\(file.path): \(name)")
            }
        }
    }

    @Test func `migrations are numbered without gaps`() {
        let numbers = SourceTree.migrations.compactMap { Int($0.name.prefix(4)) }
        #expect(!numbers.isEmpty)
        #expect(numbers == Array(1...max(1, numbers.count)))
    }

    @Test func `links in the docs lead to files that exist`() {
        let pattern = /\]\(([^)\s]+)\)/
        for file in SourceTree.documents {
            let folder = file.path.split(separator: "/").dropLast().joined(separator: "/")
            for line in file.lines {
                for match in line.matches(of: pattern) {
                    let link = match.1.prefix { $0 != "#" }
                    guard !link.isEmpty, !link.contains(":") else { continue }
                    let path = folder.isEmpty ? String(link) : "\(folder)/\(link)"
                    #expect(SourceTree.exists(path), "\(file.path): \(match.1)")
                }
            }
        }
    }
}
