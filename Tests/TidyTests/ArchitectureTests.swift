// SPDX-License-Identifier: Apache-2.0
import Testing

/// What is deliberately absent from the code.
@Suite struct ArchitectureTests {
    struct Module: CustomTestStringConvertible {
        let name: String
        let imports: Set<String>

        var testDescription: String { name }
    }

    /// What each module may import; nothing else may be in `Sources`.
    static let modules = [
        Module(name: "CLinux", imports: []),
        Module(name: "CSQLite", imports: []),
        Module(name: "HTTP", imports: []),
        Module(name: "JSON", imports: []),
        Module(name: "CSV", imports: ["Glibc"]),
        Module(name: "Charts", imports: []),
        Module(name: "SQLite", imports: ["CSQLite", "Glibc", "Synchronization"]),
        Module(name: "HTTPServer", imports: ["CLinux", "Glibc", "HTTP", "Synchronization"]),
        Module(
            name: "Routing",
            imports: ["CSV", "Crypto", "FoundationEssentials", "HTTP", "JSON"]
        ),
        Module(name: "Statistics", imports: ["Glibc"]),
        Module(
            name: "CustomerRelations",
            imports: ["Crypto", "Foundation", "SQLite", "Statistics"]
        ),
        Module(
            name: "API",
            imports: [
                "CSV", "Charts", "Crypto", "CustomerRelations", "Foundation", "HTTP", "JSON",
                "Routing", "SQLite", "Statistics",
            ]
        ),
        Module(name: "Migrations", imports: ["SQLite"]),
        Module(
            name: "Service",
            imports: [
                "API", "Crypto", "CustomerRelations", "Foundation", "HTTP", "HTTPServer", "JSON",
                "Logging", "Migrations", "Routing", "SQLite", "Synchronization",
            ]
        ),
        Module(
            name: "guanxi",
            imports: [
                "API", "ArgumentParser", "CSV", "CustomerRelations", "Foundation", "Glibc", "HTTP",
                "HTTPServer", "JSON", "Logging", "Migrations", "Routing", "SQLite", "Service",
                "Synchronization",
            ]
        ),
    ]

    @Test(arguments: modules)
    func `a module imports only what stands below it`(_ module: Module) {
        let pattern =
            /^(?:package |private |internal |fileprivate )?import (?:struct |class )?(\w+)/
        for file in SourceTree.sources where file.module == module.name {
            let imports = file.lines.compactMap { $0.firstMatch(of: pattern) }.map { String($0.1) }
            #expect(Set(imports).subtracting(module.imports).isEmpty, "\(file.path)")
        }
    }

    @Test func `every module stands in the table`() {
        let modules = Set(SourceTree.sources.map(\.module))
        #expect(!modules.isEmpty)
        #expect(modules.subtracting(Self.modules.map(\.name)).isEmpty)
    }

    /// Those who hold SQL beside the stores.
    private static let holdersOfSQL = [
        "Sources/CustomerRelations/Records/Stretch.swift",
        "Sources/CustomerRelations/Records/TextListing.swift",
    ]

    @Test func `SQL stands in stores and migrations alone`() {
        let pattern =
            #"\b(SELECT|INSERT INTO|UPDATE [a-z_]+ SET|DELETE FROM|CREATE (TABLE|INDEX)|PRAGMA)\b"#
        for file in SourceTree.sources
        where !file.name.hasSuffix("Store.swift")
            && !["SQLite", "Migrations"].contains(file.module)
            && !Self.holdersOfSQL.contains(file.path)
        {
            #expect(file.places(of: pattern).isEmpty)
        }
    }

    @Test func `only the program reads flags and the environment`() {
        for file in SourceTree.sources where file.module != "guanxi" {
            #expect(file.places(of: #"\b(ProcessInfo|CommandLine|getenv)\b"#).isEmpty)
        }
    }

    @Test func `only the program is asynchronous`() {
        for file in SourceTree.sources where file.module != "guanxi" {
            #expect(file.places(of: #"\b(async|await)\b|\bTask ?[.{(]|^(package )?actor "#).isEmpty)
        }
    }

    /// Each with one line of proof beside it.
    private static let unchecked = ["Sources/SQLite/WorkQueue.swift"]

    @Test func `nothing escapes the concurrency checks but what is proven`() {
        for file in SourceTree.sources where !Self.unchecked.contains(file.path) {
            let pattern = #"@unchecked Sendable|nonisolated\(unsafe\)|@preconcurrency"#
            #expect(file.places(of: pattern).isEmpty)
        }
    }

    /// Who shares state between threads outside the modules that are about threads.
    private static let holdersOfLocks = [
        // Counts: of changed tokens, which every reactor must see, and of request ids.
        "Sources/Service/Authenticator.swift",
        // How far a backup is, which reactors tell.
        "Sources/Service/Backups.swift",
        // Counters that every reactor adds to.
        "Sources/Service/Metrics.swift",
        // A stream's next page, asked for by a reactor and made by a reader.
        "Sources/Service/PageStream.swift",
        // Tokens that any reactor has found valid.
        "Sources/Service/ProvenTokens.swift",
        // The buckets of tokens and addresses, from which every reactor takes.
        "Sources/Service/RateLimiter.swift",
        // The server, which what is made before it must reach.
        "Sources/Service/Service.swift",
        // The reads that wait, from any reactor, for the threads of the slow lane.
        "Sources/Service/SlowLane.swift",
        // One line on a terminal, drawn by whichever thread makes progress.
        "Sources/guanxi/Terminal/ProgressBar.swift",
    ]

    @Test func `locks and atomics stay in the modules that own threads`() {
        for file in SourceTree.sources
        where !["HTTPServer", "SQLite"].contains(file.module)
            && !Self.holdersOfLocks.contains(file.path)
        {
            #expect(file.places(of: #"^import Synchronization|\b(Mutex|Atomic)<"#).isEmpty)
        }
    }

    @Test func `nothing is public, and tests see what the package sees`() {
        for file in SourceTree.sources {
            #expect(file.places(of: #"^\s*(public|open) "#).isEmpty)
        }
        for file in SourceTree.tests where file.module != "TidyTests" {
            #expect(file.places(of: "@testable").isEmpty)
        }
    }

    @Test func `no test sleeps`() {
        for file in SourceTree.tests where file.module != "TidyTests" {
            #expect(file.places(of: #"\b(u|nano)?sleep\("#).isEmpty)
        }
    }
}
