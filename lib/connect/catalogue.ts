/**
 * Every source and sink that is built in: importing this file is what puts them on StreamingContext and
 * DStream.
 */
import './constant/source'
import './file-systems'
import './file/source'
import './formats/index'
import './generator/source'
import './http/sink'
import './http/source'
import './kafka/reading/ranges-rdd'
import './kafka/receiver/source'
import './kafka/sink/sink'
import './kinesis/source'
import './observable/source'
import './queue/source'
import './socket/source'
import './sql/jdbc-rdd'
import './sql/save-to-table'
import './sql/table-rdd'
import './cassandra/table-rdd'
