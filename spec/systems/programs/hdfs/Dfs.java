// A NameNode, a DataNode, or both in one JVM: java -cp 'conf:libs/*' Dfs.java namenode|datanode|both
// The folder conf holds core-site.xml and hdfs-site.xml. A NameNode without data is formatted first.
import java.io.File;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.hdfs.server.datanode.DataNode;
import org.apache.hadoop.hdfs.server.namenode.NameNode;
import org.apache.hadoop.metrics2.lib.DefaultMetricsSystem;

public class Dfs {
  public static void main(String[] arguments) {
    try {
      // Formatting and starting in one JVM registers the same metrics twice.
      DefaultMetricsSystem.setMiniClusterMode(true);
      run(arguments[0]);
    } catch (Throwable error) {
      error.printStackTrace();
      System.exit(1);
    }
  }

  static void run(String what) throws Exception {
    var conf = new HdfsConfiguration();
    if (what.equals("datanode")) {
      DataNode.createDataNode(new String[0], conf);
      Thread.currentThread().join();
    }
    var version = new File(conf.get("dfs.namenode.name.dir").replace("file:", ""), "current/VERSION");
    if (!version.exists()) NameNode.format(conf);
    var nameNode = NameNode.createNameNode(new String[0], conf);
    if (what.equals("both")) DataNode.createDataNode(new String[0], conf);
    nameNode.join();
  }
}
