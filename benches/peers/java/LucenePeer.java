import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * Lucene with its EnglishAnalyzer, which drops stop words: a BooleanQuery of the distinct stems in title (twice as heavy)
 * and body. It speaks the protocol of benches/peers/README.md.
 */
public class LucenePeer {
    private static final int LIMIT = 5;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Analyzer analyzer = new EnglishAnalyzer();
    private final Directory directory;
    private DirectoryReader reader;
    private IndexSearcher searcher;

    private LucenePeer(Path index) throws IOException {
        directory = FSDirectory.open(index);
    }

    public static void main(String[] arguments) throws Exception {
        BooleanQuery.setMaxClauseCount(4096);
        String command = arguments[0];
        Path articles = Path.of(arguments[1], "articles.tsv");
        Path queries = Path.of(arguments[1], "queries.tsv");
        Path index = Path.of(arguments[2]);
        LucenePeer peer = new LucenePeer(index);
        if (command.equals("build")) {
            long cpu = processCpu();
            peer.build(articles);
            System.out.printf("{\"cpu_s\": %f, \"peak_mb\": %d}%n", (processCpu() - cpu) / 1e9, peakMb());
        } else if (command.equals("serve")) {
            peer.serve(Files.readAllLines(queries).stream().map(line -> fields(line)[1]).collect(Collectors.toList()));
        } else {
            peer.update(articles);
        }
    }

    private void build(Path articles) throws IOException {
        try (IndexWriter writer = writer(); BufferedReader lines = Files.newBufferedReader(articles)) {
            for (String line; (line = lines.readLine()) != null; ) {
                String[] fields = fields(line);
                writer.addDocument(document(fields[0], fields[3], fields[4]));
            }
        }
    }

    private IndexWriter writer() throws IOException {
        return new IndexWriter(directory, new IndexWriterConfig(analyzer).setRAMBufferSizeMB(50));
    }

    private static Document document(String id, String title, String body) {
        FieldType frequencies = new FieldType();
        frequencies.setTokenized(true);
        frequencies.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
        frequencies.freeze();
        FieldType stored = new FieldType(frequencies);
        stored.setStored(true);
        Document document = new Document();
        document.add(new StringField("id", id, Field.Store.YES));
        document.add(new Field("title", title, stored));
        document.add(new Field("body", body, frequencies));
        return document;
    }

    private void open() throws IOException {
        reader = DirectoryReader.open(directory);
        searcher = new IndexSearcher(reader);
    }

    private List<String> answer(String text) throws IOException {
        Set<String> stems = new LinkedHashSet<>();
        try (TokenStream tokens = analyzer.tokenStream("body", text)) {
            CharTermAttribute term = tokens.addAttribute(CharTermAttribute.class);
            tokens.reset();
            while (tokens.incrementToken()) {
                stems.add(term.toString());
            }
            tokens.end();
        }
        BooleanQuery.Builder query = new BooleanQuery.Builder();
        for (String stem : stems) {
            query.add(new BoostQuery(new TermQuery(new Term("title", stem)), 2), Occur.SHOULD);
            query.add(new TermQuery(new Term("body", stem)), Occur.SHOULD);
        }
        List<String> ids = new ArrayList<>();
        for (ScoreDoc hit : searcher.search(query.build(), LIMIT).scoreDocs) {
            ids.add(searcher.doc(hit.doc).get("id"));
        }
        return ids;
    }

    private void serve(List<String> queries) throws IOException {
        long wall = System.nanoTime();
        long cpu = processCpu();
        open();
        answer(queries.get(0));
        wall = System.nanoTime() - wall;
        System.out.printf("{\"wall_ms\": %f, \"cpu_ms\": %f}%n", wall / 1e6, (processCpu() - cpu) / 1e6);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = commands.readLine()) != null; ) {
            String[] words = line.split(" ");
            int first = Integer.parseInt(words[1]);
            double limit = Double.parseDouble(words[3]);
            List<String> times = new ArrayList<>();
            List<String> found = new ArrayList<>();
            long start = System.nanoTime();
            for (String text : queries.subList(first, first + Integer.parseInt(words[2]))) {
                long before = THREADS.getCurrentThreadCpuTime();
                List<String> ids = answer(text);
                times.add(String.valueOf((THREADS.getCurrentThreadCpuTime() - before) / 1e3));
                found.add(ids.stream().collect(Collectors.joining("\", \"", "[\"", "\"]")));
                if ((System.nanoTime() - start) / 1e9 > limit) {
                    break;
                }
            }
            System.out.printf("{\"cpu_us\": %s, \"ids\": %s}%n", times, found);
        }
    }

    private void update(Path articles) throws IOException {
        String[] first;
        try (BufferedReader lines = Files.newBufferedReader(articles)) {
            first = fields(lines.readLine());
        }
        open();
        String word = "zqchanged";
        long wall = System.nanoTime();
        long cpu = processCpu();
        try (IndexWriter writer = writer()) {
            writer.updateDocument(new Term("id", first[0]), document(first[0], first[3] + " " + word, first[4]));
        }
        reader = DirectoryReader.openIfChanged(reader);
        searcher = new IndexSearcher(reader);
        List<String> found = answer(word);
        wall = System.nanoTime() - wall;
        if (!found.get(0).equals(first[0])) {
            throw new IllegalStateException("the changed article is not found: " + found);
        }
        System.out.printf("{\"wall_ms\": %f, \"cpu_ms\": %f}%n", wall / 1e6, (processCpu() - cpu) / 1e6);
    }

    /** Inside of a field a line break is written as a vertical tab, which is white space to every engine. */
    private static String[] fields(String line) {
        return line.replace('\u000b', '\n').split("\t", -1);
    }

    private static long processCpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static long peakMb() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
            }
        }
        return 0;
    }
}
